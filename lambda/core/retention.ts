import type { SessionPolicy } from './session.ts';

/**
 * How long the table keeps items that no rule needs any more. The times are TTL attributes, in epoch seconds: DynamoDB
 * deletes late, so no rule reads them.
 */

const daySeconds = 86_400;

/** EventBridge redelivers for up to 24 hours; the records of applied signals are kept twice as long. */
const signalKeptSeconds = 172_800;

/** A session rotated at `rotatedAtMs`: one day after its idle timeout. */
export function sessionExpiresAt(rotatedAtMs: number, { idleMs }: Pick<SessionPolicy, 'idleMs'>): number {
  return Math.ceil((rotatedAtMs + idleMs) / 1000) + daySeconds;
}

/** A session that ended at `endedAtMs`: one day later, which is longer than any grace window. */
export function tombstoneExpiresAt(endedAtMs: number): number {
  return Math.ceil(endedAtMs / 1000) + daySeconds;
}

/** When a session ended, in epoch milliseconds, to the second. The inverse of {@link tombstoneExpiresAt}. */
export function tombstoneEndedAt(expiresAt: number): number {
  return (expiresAt - daySeconds) * 1000;
}

/** A counter of attempts: one minute after its window, to allow for clock skew. */
export function counterExpiresAt(windowEndsAtMs: number): number {
  return Math.ceil(windowEndsAtMs / 1000) + 60;
}

/** The record of an applied signal. */
export function signalExpiresAt(appliedAtMs: number): number {
  return Math.ceil(appliedAtMs / 1000) + signalKeptSeconds;
}

/**
 * After this time, in milliseconds, a claimed name without an account was left by a function that crashed; functions run
 * for at most 10 s.
 */
export const maxClaimMs = 60_000;
