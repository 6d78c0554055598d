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

/**
 * Why a session ended, and where to find the request that ended it: the table does not store its address or user agent.
 *
 * @returns lines; empty for a live session
 */
export function whyEnded({ state, session }: SeenSession, target: Pick<Target, 'isLocal'>): readonly string[] {
  if (state === 'live') return [];
  const reason = (reasons as Readonly<Record<string, string | undefined>>)[state];
  const log = target.isLocal ? 'the output of npm start -- --json' : 'the log of the functions';
  const where = `the address and user agent of that request are not stored: look for the address in ${log}, by sessionId ${session.sessionId}`;
  return [...(reason === undefined ? [] : [`ended because ${reason}`]), ...(state === 'expired' ? [] : [where])];
}
