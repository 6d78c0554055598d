import type { AccessTokenClaims } from './access-token.ts';
import type { Account } from './account.ts';
import type { Accounts } from './account-store.ts';
import { type CallerTools, requireLiveSession } from './caller.ts';
import { type EndRequest, type PasswordTools, PasswordTries } from './current-password.ts';
import { Fault, Unavailable } from './errors.ts';
import type { Events, SecurityEvent } from './events.ts';
import type { Clock } from './ports.ts';
import type { SessionStore } from './session-store.ts';
import { requireNewestLogin } from './sessions.ts';
import { settleAll } from './settle-all.ts';

export interface RevokeSubjectTools {
  readonly clock: Clock;
  readonly sessions: SessionStore;
  readonly accounts: Accounts;
  readonly events: Events;
}

/** How often a change that lost a race is evaluated again before the client has to retry. */
export const maxAttempts = 3;

/**
 * Ends every session of a subject with one write on the account: complete when it returns, regardless of concurrent
 * requests.
 *
 * @param operationId the event's own id, by which a redelivery is detected
 * @returns false when there is no such account
 * @throws Unavailable
 */
export async function revokeSubject(
  subject: string,
  cause: SecurityEvent,
  tools: RevokeSubjectTools,
  operationId?: string,
): Promise<boolean> {
  const result = await tools.accounts.revokeSessions({
    subject,
    ...(cause === 'AccountDisabled' ? { set: { status: 'disabled' } } : {}),
    ...(operationId === undefined ? {} : { operationId }),
  });
  if (!result.applied) return false;
  await afterRevocation(result.account, cause, tools);
  return true;
}

/**
 * Logs the caller out everywhere, including the current session.
 *
 * @throws Refusal `invalid_token` when the caller's own session has ended
 * @throws Unavailable
 */
export async function revokeAllOf(claims: AccessTokenClaims, tools: RevokeSubjectTools & CallerTools): Promise<void> {
  const { session } = await requireLiveSession(claims, tools);
  const result = await tools.accounts.revokeSessions({ subject: session.subject });
  if (!result.applied) throw new Unavailable('race_lost');
  await afterRevocation(result.account, 'UserLoggedOutEverywhere', tools);
}

/**
 * Ends all other sessions of the caller. A thief must not be able to do this to the owner, so it requires the password;
 * or a recent login that is the user's newest, which ends the older ones.
 *
 * @throws Refusal `insufficient_user_authentication`, `access_denied`, `slow_down`; `invalid_token` when the caller's
 *   own session has ended
 * @throws Unavailable
 */
export async function revokeOthers(
  request: EndRequest,
  tools: RevokeSubjectTools & CallerTools & PasswordTools,
): Promise<void> {
  const { claims, currentPassword, sourceIp } = request;
  let tries: PasswordTries | undefined;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const caller = await requireLiveSession(claims, tools);
    const { session, account } = caller;
    const { passwordHash } = account;
    if (currentPassword === undefined || passwordHash === undefined) return endOlder(claims, tools);
    tries ??= await PasswordTries.count(caller, sourceIp, tools);
    await tries.verify(currentPassword, caller);
    const revocation = tools.accounts.revokeSessions({
      subject: session.subject,
      kept: session.sessionId,
      // Only on the epoch under which the session was seen alive: a revoke-all in between may have ended it, and
      // keeping it must not undo that.
      onlyIf: { epoch: account.epoch, passwordHash },
    });
    const [result] = await settleAll([revocation, tries.forget()]);
    if (!result.applied) continue;
    await afterRevocation(result.account, 'UserLoggedOutEverywhere', tools);
    return;
  }
  throw new Unavailable('race_lost');
}

/** Ends each older session individually. Raising the epoch would also end a login in flight, which is newer. */
async function endOlder(claims: AccessTokenClaims, tools: RevokeSubjectTools & CallerTools): Promise<void> {
  const older = await requireNewestLogin(claims, tools);
  const nowMs = tools.clock.nowMs();
  await settleAll(older.map(({ subject, sessionId }) => tools.sessions.revoke(subject, sessionId, 'deleted', nowMs)));
  const cause = 'UserLoggedOutEverywhere';
  await tools.events.publish([{ type: 'SubjectRevoked', subject: claims.sub, cause, keptSessionId: claims.sid }]);
}

/**
 * Follows the deciding write: the event, and tombstones as cleanup. A crash before or during this leaves no session
 * alive, because their epoch is outdated.
 */
export async function afterRevocation(
  account: Account,
  cause: SecurityEvent,
  tools: RevokeSubjectTools,
): Promise<void> {
  const { subject, epoch, kept } = account;
  await settleAll([
    tools.events.publish([{ type: 'SubjectRevoked', subject, cause, ...(kept && { keptSessionId: kept }) }]),
    markDead(subject, epoch, kept, tools),
  ]);
}

async function markDead(subject: string, epoch: number, kept: string | undefined, tools: RevokeSubjectTools) {
  try {
    const { sessions } = await tools.accounts.readWithSessions(subject);
    const dead = sessions.filter(
      (session) => session.status === 'active' && session.epoch < epoch && session.sessionId !== kept,
    );
    const nowMs = tools.clock.nowMs();
    await settleAll(
      dead.map(({ sessionId }) =>
        tools.sessions.revoke(subject, sessionId, 'revoked_all', nowMs, { epochBelow: epoch }),
      ),
    );
  } catch (error) {
    if (!(error instanceof Unavailable || error instanceof Fault)) throw error;
  }
}
