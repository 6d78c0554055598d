import { accountAllows } from './account.ts';
import { Refusal } from './errors.ts';
import type { Accounts, Clock, Codec, Crypto, SessionStore } from './ports.ts';
import { hashSecret, type RefreshToken } from './refresh-token.ts';
import { inactiveReason, type Session, type SessionPolicy } from './session.ts';
import { settleAll } from './settle-all.ts';

interface ScopeTools {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly codec: Codec;
  readonly sessions: SessionStore;
  readonly accounts: Accounts;
  readonly sessionPolicy: SessionPolicy;
}

/**
 * Refuses a refresh for nothing but scopes that the login did not grant, before anything rotates: ADR 0042. Only the live
 * token of a live session is told; every other goes on and is answered as it would be without a scope.
 *
 * @throws Refusal `invalid_scope` (RFC 6749 §5.2)
 * @throws Unavailable
 */
export async function requireGrantedScope(
  scopes: readonly string[],
  { clientId, channel }: Pick<Session, 'clientId' | 'channel'>,
  { subject, sessionId, secret }: RefreshToken,
  tools: ScopeTools,
): Promise<void> {
  const [session, account] = await settleAll([tools.sessions.read(subject, sessionId), tools.accounts.read(subject)]);
  if (session === undefined || inactiveReason(session, tools.clock.nowMs(), tools.sessionPolicy) !== undefined) return;
  if (session.clientId !== clientId || session.channel !== channel || !accountAllows(account, session)) return;
  if (session.currentHash !== hashSecret(secret, tools)) return;
  if (scopes.some((scope) => session.scopes.includes(scope))) return;
  const description = 'None of the requested scopes was granted.';
  throw new Refusal('invalid_scope', 'scope_unknown', description, { subject, sessionId });
}
