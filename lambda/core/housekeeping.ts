import { type Account, accountAllows } from './account.ts';
import { Fault, Unavailable } from './errors.ts';
import type { DomainEvent } from './events.ts';
import type { ListedSessions, RevokeConditions, RevokedReason, SessionStore } from './ports.ts';
import { inactiveReason, type SessionPolicy } from './session.ts';
import { settleAll } from './settle-all.ts';

/** What a login does to a user's other sessions once the password was right. Its cost is bounded. */

/** Tombstones that a user may have before logins delete the oldest. */
export const maxTombstones = 50;

/** Tombstones that one login deletes at most: more than a login adds, so that they cannot pile up. */
export const maxPruned = 25;

/** A younger tombstone stays: it keeps a write of the same session that the SDK repeats from creating it again. */
const minTombstoneAgeMs = 60_000;

export interface HousekeepingTools {
  readonly sessions: SessionStore;
  readonly sessionPolicy: SessionPolicy;
  readonly maxSessionsPerUser: number;
}

/** The login has happened: what the store cannot do now waits for the next one, and so does a broken item. */
export async function bestEffort<T>(housekeeping: () => Promise<T>): Promise<T | undefined> {
  try {
    return await housekeeping();
  } catch (error) {
    if (!(error instanceof Unavailable || error instanceof Fault)) throw error;
    return undefined;
  }
}

/** A user's sessions and tombstones, as many as the cap and the pruning leave, by one request. @throws Unavailable */
export function listForHousekeeping(subject: string, tools: HousekeepingTools): Promise<ListedSessions> {
  return tools.sessions.list(subject, tools.maxSessionsPerUser + 3 * maxTombstones);
}

/** Ends the least recently used sessions over the cap; one that was used since it was read stays. @throws Unavailable */
export async function evictSurplus(
  account: Account,
  listed: ListedSessions,
  /** The new session and those that it replaces. */
  apart: readonly { readonly sessionId: string }[],
  nowMs: number,
  tools: HousekeepingTools,
): Promise<DomainEvent[]> {
  const live = listed.sessions.filter(
    (session) =>
      !apart.some(({ sessionId }) => sessionId === session.sessionId) &&
      inactiveReason(session, nowMs, tools.sessionPolicy) === undefined &&
      accountAllows(account, session),
  );
  const surplus = Math.max(0, live.length + 1 - tools.maxSessionsPerUser);
  const oldest = live.toSorted((a, b) => a.rotatedAt - b.rotatedAt).slice(0, surplus);
  return end(
    oldest.map(({ subject, sessionId, rotatedAt }) => ({ subject, sessionId, rotatedAt })),
    'evicted',
    nowMs,
    tools,
  );
}

/** Deletes the oldest tombstones over what is kept. @throws Unavailable */
export async function pruneTombstones(
  subject: string,
  { tombstones }: ListedSessions,
  nowMs: number,
  tools: HousekeepingTools,
): Promise<void> {
  const surplus = tombstones
    .toSorted((a, b) => a.endedAt - b.endedAt)
    .slice(0, Math.max(0, tombstones.length - maxTombstones))
    .filter(({ endedAt }) => endedAt <= nowMs - minTombstoneAgeMs)
    .slice(0, maxPruned);
  await settleAll(surplus.map(({ sessionId }) => tools.sessions.deleteTombstone(subject, sessionId)));
}

/** Leaves tombstones, and tells of those that it left. @throws Unavailable */
export async function end(
  sessions: readonly ({ subject: string; sessionId: string } & RevokeConditions)[],
  reason: RevokedReason,
  nowMs: number,
  tools: { readonly sessions: SessionStore },
): Promise<DomainEvent[]> {
  const results = await settleAll(
    sessions.map(async ({ subject, sessionId, ...conditions }) => {
      const { outcome } = await tools.sessions.revoke(subject, sessionId, reason, nowMs, conditions);
      return outcome === 'revoked' ? [{ type: 'SessionRevoked', subject, sessionId, reason } as const] : [];
    }),
  );
  return results.flat();
}
