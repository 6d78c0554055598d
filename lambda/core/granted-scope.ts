import { accountAllows } from './account.ts';
import type { Accounts } from './account-store.ts';
import { Refusal } from './errors.ts';
import type { Clock } from './ports.ts';
import type { PresentedToken } from './refresh-tokens.ts';
import { inactiveReason, type Session, type SessionPolicy } from './session.ts';
import type { SessionStore } from './session-store.ts';
import { settleAll } from './settle-all.ts';

interface ScopeTools {
  readonly clock: Clock;
  readonly sessions: SessionStore;
  readonly accounts: Accounts;
  readonly sessionPolicy: SessionPolicy;
}

/**
 * Refuses a refresh that requests only scopes that the login did not grant, before anything rotates: ADR 0042. Only the
 * live token of a live session gets this error; any other token is handled as without a scope.
 *
 * @throws Refusal `invalid_scope` (RFC 6749 §5.2)
 * @throws Unavailable
 */
export async function requireGrantedScope(
  scopes: readonly string[],
  { clientId, channel }: Pick<Session, 'clientId' | 'channel'>,
  { subject, sessionId, hash }: PresentedToken,
  tools: ScopeTools,
): Promise<void> {
  const [session, account] = await settleAll([tools.sessions.read(subject, sessionId), tools.accounts.read(subject)]);
  if (session === undefined || inactiveReason(session, tools.clock.nowMs(), tools.sessionPolicy) !== undefined) return;
  if (session.clientId !== clientId || session.channel !== channel || !accountAllows(account, session)) return;
  if (session.currentHash !== hash) return;
  if (scopes.some((scope) => session.scopes.includes(scope))) return;
  const description = 'None of the requested scopes was granted.';
  throw new Refusal('invalid_scope', 'scope_unknown', description, { subject, sessionId });
}
