import type { AccessTokenClaims } from './access-token.ts';
import { type Account, accountAllows } from './account.ts';
import type { Accounts } from './account-store.ts';
import { bearerToken } from './authorize.ts';
import { type PrivateReason, Refusal } from './errors.ts';
import type { Clock } from './ports.ts';
import { inactiveReason, type Session, type SessionPolicy } from './session.ts';
import type { SessionStore } from './session-store.ts';
import { settleAll } from './settle-all.ts';
import type { Verifier } from './signing.ts';

/** The caller, with session and account as currently stored, not as the token recorded them. */
export interface Caller {
  readonly claims: AccessTokenClaims;
  readonly session: Session;
  readonly account: Account;
}

export interface CallerTools {
  readonly clock: Clock;
  readonly verifier: Verifier;
  readonly sessions: SessionStore;
  readonly accounts: Accounts;
  readonly sessionPolicy: SessionPolicy;
}

/** @throws Refusal `invalid_token` (RFC 6750 §3.1) */
export async function verifyCaller(authorization: string | undefined, verifier: Verifier): Promise<AccessTokenClaims> {
  if (authorization === undefined) throw new Refusal('invalid_token', 'token_missing', 'An access token is required.');
  const token = bearerToken(authorization);
  if (token === undefined) throw new Refusal('invalid_token', 'token_malformed', 'A bearer token is required.');
  return verifier.verify(token);
}

/**
 * Accepts a caller with a valid access token whose session is currently alive, by strongly consistent reads: the last
 * access token of an ended session neither changes nor reveals anything (protocol.md, "Revocation").
 *
 * @throws Refusal `invalid_token`
 * @throws Unavailable
 */
export async function requireLiveSession(claims: AccessTokenClaims, tools: CallerTools): Promise<Caller> {
  const [session, account] = await settleAll([
    tools.sessions.read(claims.sub, claims.sid),
    tools.accounts.read(claims.sub),
  ]);
  return judgeCaller(claims, session, account, tools);
}

/** The same decision on items that were already read. @throws Refusal `invalid_token` */
export function judgeCaller(
  claims: AccessTokenClaims,
  session: Session | undefined,
  account: Account | undefined,
  tools: Pick<CallerTools, 'clock' | 'sessionPolicy'>,
): Caller {
  if (session === undefined) throw dead('session_unknown', claims);
  const reason = inactiveReason(session, tools.clock.nowMs(), tools.sessionPolicy);
  if (reason !== undefined) throw dead(reason, claims);
  if (!accountAllows(account, session)) throw dead('account_dead', claims);
  return { claims, session, account };
}

function dead(reason: PrivateReason, { sub, sid }: AccessTokenClaims): Refusal {
  return new Refusal('invalid_token', reason, 'The session has ended.', { subject: sub, sessionId: sid });
}
