import type { AccessTokenClaims } from './access-token.ts';
import { accountAllows } from './account.ts';
import { type Caller, type CallerTools, judgeCaller } from './caller.ts';
import { Refusal } from './errors.ts';
import type { Events } from './events.ts';
import { deadBecause, type Session } from './session.ts';

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
      deadBecause(session, nowMs, tools.sessionPolicy) === undefined && accountAllows(caller.account, session),
  );
  return { caller, sessions: live.toSorted((a, b) => b.rotatedAt - a.rotatedAt) };
}

/**
 * Ends one of the caller's own sessions. The item is looked for in the caller's own partition, so that nobody else's
 * can be reached.
 *
 * @throws Refusal `not_found` where the caller has no such live session; `invalid_token`
 * @throws Unavailable
 */
export async function endSession(
  claims: AccessTokenClaims,
  sessionId: string,
  tools: CallerTools & { readonly events: Events },
): Promise<void> {
  const { caller, sessions } = await listSessions(claims, tools);
  const { subject } = caller.session;
  // Looked up in what is there and never made into a key: the id is whatever stood in the URL.
  const result = sessions.some((session) => session.sessionId === sessionId)
    ? await tools.sessions.revoke(subject, sessionId, 'deleted', tools.clock.nowMs())
    : undefined;
  if (result?.outcome !== 'revoked') throw new Refusal('not_found', 'session_unknown', 'There is no such session.');
  await tools.events.publish([{ type: 'SessionRevoked', subject, sessionId, reason: 'deleted' }]);
}
