import { sessionExpiresAt } from './retention.ts';
import type { Session, SessionPolicy } from './session.ts';

/** One rotation: the required state of the session, and the new values. All times are epoch milliseconds. */
export interface Rotation {
  readonly subject: string;
  readonly sessionId: string;
  readonly clientId: string;
  readonly channel: Session['channel'];
  /** Thumbprint of the client key that the request proved possession of. */
  readonly jkt: string | undefined;
  /** Generation and hash of the presented token. */
  readonly generation: number;
  readonly presentedHash: string;
  readonly successorHash: string;
  readonly nonce: string;
  readonly keyId: string;
  readonly nowMs: number;
  readonly bounds: RotationBounds;
}

/** The session policy at one moment: the limits for the times of a session. */
export interface RotationBounds {
  /** The session was created at this time or later. */
  readonly createdSince: number;
  /** The session was last used after this time. */
  readonly idleSince: number;
  /** A session that has rotated did so at this time or earlier. */
  readonly restedSince: number;
  /** TTL attribute of the session after the rotation, epoch seconds. */
  readonly expiresAt: number;
}

export function boundsAt(nowMs: number, policy: SessionPolicy): RotationBounds {
  return {
    // Times are whole milliseconds: the later of `sessionsNotBefore` and now minus the configured absolute lifetime.
    createdSince: Math.max(policy.notBefore, nowMs - policy.absoluteMs + 1),
    idleSince: nowMs - policy.idleMs,
    restedSince: nowMs - policy.floorMs,
    expiresAt: sessionExpiresAt(nowMs, policy),
  };
}

/** A request that got no response. */
export interface UnansweredRequest extends Pick<Rotation, 'subject' | 'sessionId' | 'generation' | 'presentedHash'> {
  /** The rotation happened at this time or later: a late request must not extend its own excuse. */
  readonly excusedSince: number;
}

/** The removal of the note of an unanswered request. */
export interface Settlement extends Pick<Session, 'subject' | 'sessionId' | 'generation'> {
  /** `rotatedAt` of the session that was read. */
  readonly seenAt: number;
  /** G and F are measured from this time. */
  readonly settledAt: number;
  /** TTL attribute of the session afterwards, epoch seconds. */
  readonly expiresAt: number;
}

/** The settlement of a session at one moment. A clock that is behind moves nothing back. */
export function settlementOf(session: Session, nowMs: number, policy: SessionPolicy): Settlement {
  const { subject, sessionId, generation, rotatedAt: seenAt } = session;
  const settledAt = Math.max(seenAt, nowMs);
  return { subject, sessionId, generation, seenAt, settledAt, expiresAt: sessionExpiresAt(settledAt, policy) };
}
