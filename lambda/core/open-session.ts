import type { AccessTokenPolicy } from './access-token.ts';
import type { Account } from './account.ts';
import type { DomainEvent } from './events.ts';
import { issueAccessToken, type TokenSet } from './issue.ts';
import type { Codec, Random } from './ports.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import type { Session, SessionPolicy } from './session.ts';
import type { Signer } from './signing.ts';

/** The client, channel and device that a session is opened for. */
export type SessionPurpose = Pick<Session, 'clientId' | 'channel' | 'deviceName' | 'userAgent'>;

export interface OpenSessionTools {
  readonly codec: Codec;
  readonly random: Random;
  readonly refreshTokens: RefreshTokens;
  readonly signer: Signer;
  readonly sessionPolicy: SessionPolicy;
  readonly accessTokenPolicy: AccessTokenPolicy;
}

/**
 * Creates a new session and its first tokens. Nothing is stored yet: a failing signer leaves nothing behind.
 *
 * @param account with the epoch that the session stores
 * @throws Unavailable
 */
export async function openSession(
  account: Account,
  purpose: SessionPurpose,
  nowMs: number,
  tools: OpenSessionTools,
): Promise<TokenSet> {
  const { sessionId, text, hash } = await tools.refreshTokens.first(account.subject);
  const { clientId, channel, deviceName, userAgent } = purpose;
  const session: Session = {
    subject: account.subject,
    sessionId,
    generation: 0,
    currentHash: hash,
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
  const accessToken = await issueAccessToken(session, account, account.scopes, nowMs, tools);
  return { ...accessToken, refreshToken: text, refreshTokenChanged: true };
}

export function started({ subject, sessionId, clientId, deviceName }: Session): DomainEvent {
  return { type: 'SessionStarted', subject, sessionId, clientId, ...(deviceName === undefined ? {} : { deviceName }) };
}
