import type { RevokedReason } from '../../lambda/core/session.ts';
import type { Target } from '../frame/target.ts';
import type { SeenSession } from './live.ts';

const reasons: Readonly<Record<RevokedReason | 'expired', string>> = {
  logged_out: 'the client logged out',
  replaced: 'the same device logged in again',
  evicted: 'a later login exceeded maxSessionsPerUser',
  reused: 'a used refresh token was presented after the grace window; it may have been stolen',
  account_dead: 'the account was disabled or deleted, or all its sessions were ended',
  deleted: 'the user ended it in the list of sessions, or an operator did',
  revoked_all: 'all sessions of the user were ended',
  expired: 'it was not refreshed within the idle timeout, or reached its absolute lifetime',
};

/** States whose request is logged with the id of this session. Others are logged with the caller's session, if any. */
const loggedBySession: readonly string[] = ['logged_out', 'reused'] satisfies readonly RevokedReason[];

/** States that an operator can cause. The command line writes no log. */
const byOperators: readonly string[] = ['account_dead', 'deleted', 'revoked_all'] satisfies readonly RevokedReason[];

/**
 * Why a session ended, and where to find the request that ended it: the table does not store its address or user agent.
 *
 * @returns lines; empty for a live session
 */
export function whyEnded({ state, session }: SeenSession, target: Pick<Target, 'isLocal'>): readonly string[] {
  if (state === 'live') return [];
  const reason = (reasons as Readonly<Record<string, string | undefined>>)[state];
  const log = target.isLocal ? 'the output of npm start -- --json' : 'the log of the functions';
  const key = loggedBySession.includes(state) ? `sessionId ${session.sessionId}` : `subject ${session.subject}`;
  const unless = byOperators.includes(state) ? ' (a command of pawl has no line there)' : '';
  const where = `the address of the request that ended it is not stored: look for it in ${log}, by ${key}${unless}`;
  return [...(reason === undefined ? [] : [`ended because ${reason}`]), ...(state === 'expired' ? [] : [where])];
}
