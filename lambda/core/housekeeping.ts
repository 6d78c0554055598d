import { type Account, accountAllows } from './account.ts';
import { Fault, Unavailable } from './errors.ts';
import type { DomainEvent } from './events.ts';
import { inactiveReason, type RevokedReason, type SessionPolicy } from './session.ts';
import type { ListedSessions, RevokeConditions, SessionStore } from './session-store.ts';
import { settleAll } from './settle-all.ts';

/** The effect of a login on the user's other sessions, after the password is verified. Its cost is bounded. */

/** Number of tombstones per user above which logins delete the oldest. */
export const maxTombstones = 50;

/** Maximum number of tombstones that one login deletes: more than a login adds, so that they cannot accumulate. */
export const maxPruned = 25;

/** Younger tombstones are kept: they prevent a login write repeated by the SDK from creating the session again. */
const minTombstoneAgeMs = 60_000;

export interface HousekeepingTools {
  readonly sessions: SessionStore;
  readonly sessionPolicy: SessionPolicy;
  readonly maxSessionsPerUser: number;
}

/** The login has succeeded. What the store cannot do now is left to the next login, and so is a broken item. */
export async function bestEffort<T>(housekeeping: () => Promise<T>): Promise<T | undefined> {
  try {
    return await housekeeping();
  } catch (error) {
    if (!(error instanceof Unavailable || error instanceof Fault)) throw error;
    return undefined;
  }
}

/**
 * A user's sessions and tombstones, up to the number that cap and pruning allow, in one request. @throws Unavailable
 */
export function listForHousekeeping(subject: string, tools: HousekeepingTools): Promise<ListedSessions> {
  return tools.sessions.list(subject, tools.maxSessionsPerUser + 3 * maxTombstones);
}

/**
 * Ends the least recently used sessions above the cap, unless they were used since they were read. @throws Unavailable
 */
export async function evictSurplus(
  account: Account,
  listed: ListedSessions,
  /** The new session and the sessions it replaces. */
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

/** Deletes the oldest tombstones above the limit. @throws Unavailable */
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

/** Ends sessions with tombstones, and publishes an event for each that this call ended. @throws Unavailable */
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
