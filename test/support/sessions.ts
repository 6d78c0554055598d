import { createHash } from 'node:crypto';
import type { Account } from '../../lambda/core/account.ts';
import { sessionExpiresAt } from '../../lambda/core/retention.ts';
import { boundsAt, type Rotation, type UnansweredRequest } from '../../lambda/core/rotation.ts';
import type { RevokedReason, Session, SessionPolicy } from '../../lambda/core/session.ts';
import { SeededRandom } from './random.ts';
import { alice, day, defaultPolicy } from './world.ts';

/** Items for the contract suite. Each test has its own subjects, so that all tests can share one table. */

const random = new SeededRandom('sessions');
const id = (bytes: number) => Buffer.from(random.bytes(bytes)).toString('base64url');

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

export const loginAt = 1_900_000_000_123;

/** A session after a login, with every optional member. */
export function newSession(changes: Partial<Session> = {}): Session {
  return {
    subject: `subject ${id(8)}`,
    sessionId: id(16),
    generation: 0,
    currentHash: hashOf('secret 0'),
    epoch: 3,
    scopes: ['read', 'write'],
    status: 'active',
    clientId: 'app',
    channel: 'body',
    createdAt: loginAt,
    rotatedAt: loginAt,
    absoluteExpiry: loginAt + 90 * day,
    deviceName: 'Telefon ☎',
    userAgent: 'Browser/1',
    ...changes,
  };
}

/** The rotation of a session with its current secret, at the earliest time that the floor allows. */
export function rotationOf(
  session: Session,
  changes: Partial<Omit<Rotation, 'bounds'>> = {},
  policy: Partial<SessionPolicy> = {},
): Rotation {
  const rotation = {
    subject: session.subject,
    sessionId: session.sessionId,
    clientId: session.clientId,
    channel: session.channel,
    jkt: undefined,
    generation: session.generation,
    presentedHash: session.currentHash,
    successorHash: hashOf(`secret ${session.generation + 1}`),
    nonce: id(32),
    keyId: 'k1',
    nowMs: session.rotatedAt + defaultPolicy.floorMs,
    ...changes,
  };
  return { ...rotation, bounds: boundsAt(rotation.nowMs, { ...defaultPolicy, ...policy }) };
}

/** The request of that rotation, as one that got no answer at the given time. */
export function unanswered(rotation: Rotation, nowMs = rotation.nowMs): UnansweredRequest {
  const { subject, sessionId, generation, presentedHash } = rotation;
  return { subject, sessionId, generation, presentedHash, excusedSince: nowMs - defaultPolicy.graceMs };
}

/** The TTL attribute of a session under the default policy. */
export const expiryOf = ({ rotatedAt }: Session): number => sessionExpiresAt(rotatedAt, defaultPolicy);

/** The session after that rotation. */
export function rotated(session: Session, rotation: Rotation): Session {
  return {
    ...session,
    generation: session.generation + 1,
    currentHash: rotation.successorHash,
    previousHash: rotation.presentedHash,
    nonce: rotation.nonce,
    keyId: rotation.keyId,
    rotatedAt: rotation.nowMs,
  };
}

/** The session as a tombstone. It answers no request, so it keeps no nonce. */
export function buried({ nonce: _nonce, ...session }: Session, revokedReason: RevokedReason): Session {
  return { ...session, status: 'revoked', revokedReason };
}

export function newAccount(changes: Partial<Account> = {}): Account {
  const name = id(8);
  return { ...alice, subject: `subject ${name}`, username: `user-${name.toLowerCase()}`, ...changes };
}
