import type { AccessTokenPolicy } from './access-token.ts';
import type { Account } from './account.ts';
import type { DomainEvent } from './events.ts';
import { issueTokens, type TokenSet } from './issue.ts';
import type { Codec, Crypto, Random, RatchetKeys, Signer } from './ports.ts';
import { formatToken, hashSecret } from './refresh-token.ts';
import type { Session, SessionPolicy } from './session.ts';

/** What a session is opened for: which client, which channel, which device. */
export type SessionPurpose = Pick<Session, 'clientId' | 'channel' | 'deviceName' | 'userAgent'>;

export interface OpenSessionTools {
  readonly crypto: Crypto;
  readonly codec: Codec;
  readonly random: Random;
  readonly ratchetKeys: RatchetKeys;
  readonly signer: Signer;
  readonly sessionPolicy: SessionPolicy;
  readonly accessTokenPolicy: AccessTokenPolicy;
}

/**
 * Makes a new session and its first tokens. Nothing is stored: a signer that is down leaves nothing behind.
 *
 * @param account with the epoch under which the session will live
 * @throws Unavailable
 */
export async function openSession(
  account: Account,
  purpose: SessionPurpose,
  nowMs: number,
  tools: OpenSessionTools,
): Promise<TokenSet> {
  const key = await tools.ratchetKeys.current();
  const secret = tools.random.bytes(32);
  const sessionId = tools.codec.toBase64url(tools.random.bytes(16));
  const { clientId, channel, deviceName, userAgent } = purpose;
  const session: Session = {
    subject: account.subject,
    sessionId,
    generation: 0,
    currentHash: hashSecret(secret, tools),
    epoch: account.epoch,
    scopes: account.scopes,
    status: 'active',
    clientId,
    channel,
    createdAt: nowMs,
    rotatedAt: nowMs,
    absoluteExpiry: nowMs + tools.sessionPolicy.absoluteMs,
    ...(deviceName === undefined ? {} : { deviceName }),
    ...(userAgent === undefined ? {} : { userAgent }),
  };
  const token = { keyId: key.keyId, subject: account.subject, sessionId, generation: 0, secret };
  const refreshToken = { text: formatToken(token, key, tools), changed: true };
  return issueTokens(session, account, account.scopes, refreshToken, nowMs, tools);
}

export function started({ subject, sessionId, clientId, deviceName }: Session): DomainEvent {
  return { type: 'SessionStarted', subject, sessionId, clientId, ...(deviceName === undefined ? {} : { deviceName }) };
}
