import type { RevokedReason } from '../../lambda/core/session.ts';
import type { Target } from '../frame/target.ts';
import type { SeenSession } from './live.ts';

const reasons: Readonly<Record<RevokedReason | 'expired', string>> = {
  logged_out: 'The client logged out.',
  replaced: 'The same device logged in again.',
  evicted: 'A later login exceeded maxSessionsPerUser.',
  reused: 'A refresh token that was already used was presented after the grace window. It may have been stolen.',
  account_dead: 'The account was disabled or deleted, or all its sessions were ended.',
  deleted: 'The user ended it in the list of sessions, or an operator did.',
  revoked_all: 'All sessions of the user were ended.',
  expired: 'It was not refreshed within the idle timeout, or reached its absolute lifetime.',
};

/**
 * Why a session ended, and where to find the request that ended it: the table does not store its address or user agent.
 *
 * @returns sentences; empty for a live session
 */
export function whyEnded({ state, session }: SeenSession, target: Pick<Target, 'isLocal'>): readonly string[] {
  if (state === 'live') return [];
  const reason = (reasons as Readonly<Record<string, string | undefined>>)[state];
  const log = target.isLocal ? 'the output of npm start -- --json' : 'the log of the functions';
  const where = `The address of the request that ended it is not stored. Find it in ${log}, by sessionId ${session.sessionId}.`;
  return [...(reason === undefined ? [] : [reason]), ...(state === 'expired' ? [] : [where])];
}
