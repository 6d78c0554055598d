import type { AccessTokenClaims } from './access-token.ts';
import { accountAllows } from './account.ts';
import { type Caller, type CallerTools, judgeCaller } from './caller.ts';
import { type EndRequest, isRecentLogin, loginTooOld, type PasswordTools, PasswordTries } from './current-password.ts';
import { Refusal } from './errors.ts';
import { inactiveReason, type Session } from './session.ts';

/** The caller and all of the caller's live sessions, the most recently used first. @throws Refusal, Unavailable */
export async function listSessions(
  claims: AccessTokenClaims,
  tools: CallerTools,
): Promise<{ readonly caller: Caller; readonly sessions: readonly Session[] }> {
  const { account, sessions } = await tools.accounts.readWithSessions(claims.sub);
  const own = sessions.find(({ sessionId }) => sessionId === claims.sid);
  const caller = judgeCaller(claims, own, account, tools);
  const nowMs = tools.clock.nowMs();
  const live = sessions.filter(
    (session) =>
      inactiveReason(session, nowMs, tools.sessionPolicy) === undefined && accountAllows(caller.account, session),
  );
  return { caller, sessions: live.toSorted((a, b) => b.rotatedAt - a.rotatedAt) };
}

/**
 * Accepts a caller whose login is recent and whose session is the user's newest: an older login never ends a newer one.
 *
 * @returns the user's other live sessions
 * @throws Refusal `insufficient_user_authentication`, `invalid_token`
 * @throws Unavailable
 */
export async function requireNewestLogin(claims: AccessTokenClaims, tools: CallerTools): Promise<readonly Session[]> {
  const { caller, sessions } = await listSessions(claims, tools);
  const own = caller.session;
  const others = sessions.filter(({ sessionId }) => sessionId !== own.sessionId);
  const isNewest = others.every(({ createdAt }) => createdAt < own.createdAt);
  if (!isNewest || !isRecentLogin(claims, tools.clock.nowMs())) throw loginTooOld(claims);
  return others;
}

/**
 * Ends one of the caller's own sessions. The item is looked up in the caller's own partition, so that other users'
 * sessions are out of reach. Ending another session than the caller's requires the password; or a recent login, and a
 * session that is not newer than the caller's.
 *
 * @throws Refusal `not_found` if the caller has no such live session; `insufficient_user_authentication`,
 *   `access_denied`, `slow_down`, `invalid_token`
 * @throws Unavailable
 */
export async function endSession(
  { claims, currentPassword, sourceIp }: EndRequest,
  sessionId: string,
  tools: CallerTools & PasswordTools,
): Promise<void> {
  const { caller, sessions } = await listSessions(claims, tools);
  const { subject } = caller.session;
  // Compared with existing sessions and never used as a key: the id is untrusted text from the URL.
  const target = sessions.find((session) => session.sessionId === sessionId);
  if (target === undefined) throw unknownSession();
  if (target.sessionId !== caller.session.sessionId) {
    const isOlder = target.createdAt < caller.session.createdAt;
    if (currentPassword !== undefined && caller.account.passwordHash !== undefined) {
      const tries = await PasswordTries.count(caller, sourceIp, tools);
      await tries.verify(currentPassword, caller);
      await tries.forget();
    } else if (!isOlder || !isRecentLogin(claims, tools.clock.nowMs())) {
      throw loginTooOld(claims);
    }
  }
  const { outcome } = await tools.sessions.revoke(subject, sessionId, 'deleted', tools.clock.nowMs());
  if (outcome !== 'revoked') throw unknownSession();
  await tools.events.publish([{ type: 'SessionRevoked', subject, sessionId, reason: 'deleted' }]);
}

function unknownSession(): Refusal {
  return new Refusal('not_found', 'session_unknown', 'There is no such session.');
}
