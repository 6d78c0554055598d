import { maxRingBytes, type RotationOutcome } from '../contract/key-rotation.ts';
import { type KeyLife, publishedJwks } from './publish.ts';
import { cachePeriodMs } from './ring-source.ts';
import type { RatchetKeyRecord, Ring, SigningKey, SigningRing } from './rings.ts';

/** One rotation of one ring, as a pure function. Durations and times in milliseconds. */

/**
 * How long `next` must have been public before it is used, including forced rotations. The metadata function caches the
 * public keys for 60 s, its response may be cached for 300 s, a verifier caches what it fetched for 600 s, and a
 * function caches its ring for 300 s. The rest is a margin.
 */
export const knownEverywhereMs = 1_200_000;

/**
 * Margin for a retired key: for functions that could not reload their ring, for clock skew, and as long as the longest
 * access token, so that a shorter `accessTokenTtlSeconds` does not cut off older tokens.
 */
export const keptMarginMs = 3_600_000;

/** Tolerance for the daily run, without which a period of whole days would last one day longer. */
export const dueSlackMs = 3_600_000;

/** Maximum size in SSM's standard tier, in characters. */
const maxParameterLength = 4096;

const day = 86_400_000;

export interface RotationSettings {
  readonly rotationDays: number;
  readonly accessTtlMs: number;
  readonly idleMs: number;
  readonly absoluteMs: number;
  readonly graceMs: number;
  /** Whether sessions can be bound to a client key. Their predecessors are excused for the whole idle lifetime. */
  readonly boundSessions: boolean;
}

/** How long keys are current, and how long they are kept after that. */
export interface RotationPolicy extends KeyLife {
  readonly tagKeptMs: number;
  readonly chainKeptMs: number;
}

/** A retired key is last used up to one cache period after its retirement. All times count from there. */
const lateMs = cachePeriodMs + keptMarginMs;

/** The part of the policy that verifiers need. */
export function keyLife(rotationDays: number, accessTtlMs: number): KeyLife {
  return { periodMs: rotationDays * day, signingKeptMs: accessTtlMs + lateMs };
}

export function rotationPolicy(settings: RotationSettings): RotationPolicy {
  const { rotationDays, accessTtlMs, idleMs, absoluteMs, graceMs, boundSessions } = settings;
  const excuseMs = boundSessions ? Math.max(idleMs, graceMs) : graceMs;
  return {
    ...keyLife(rotationDays, accessTtlMs),
    // As long as any session can live, not only as long as one can idle: a thief may keep the session in use, and the
    // victim's old token reveals the reuse whenever it comes back.
    tagKeptMs: absoluteMs + excuseMs + lateMs,
    // An unanswered token stays excused for the idle lifetime of its session: ADR 0033.
    chainKeptMs: Math.max(idleMs, graceMs) + lateMs,
  };
}

/** What differs between the two rings. */
export interface RingRules<K> {
  readonly newKey: (now: number) => Promise<K>;
  /** The retired key in its stored form; undefined if it is not kept. */
  readonly keep: (key: K, retiredForMs: number) => K | undefined;
  readonly fits: (ring: Ring<K>) => boolean;
}

export interface Decision<K> {
  readonly outcome: Exclude<RotationOutcome, 'lost'>;
  readonly dropped: number;
  /** Undefined: the ring is unchanged. */
  readonly ring: Ring<K> | undefined;
}

export interface Moment {
  readonly now: number;
  readonly force: boolean;
  /** Since when `next` has been available to its users. */
  readonly nextKnownSince: number;
}

/**
 * Moves next -> current -> previous if due, and removes keys that no valid token needs.
 *
 * `next` was created at the rotation that made `current` current, so its age is how long `current` has been in use.
 */
export async function decide<K extends { readonly createdAt: number; readonly retiredAt?: number }>(
  ring: Ring<K>,
  rules: RingRules<K>,
  periodMs: number,
  { now, force, nextKnownSince }: Moment,
): Promise<Decision<K>> {
  const kept = ring.previous.flatMap((key) => rules.keep(key, now - (key.retiredAt ?? now)) ?? []);
  const dropped = ring.previous.length - kept.length;
  const tidied = kept.some((key, index) => key !== ring.previous[index]) || dropped > 0;
  const stay = (outcome: Decision<K>['outcome']) => ({
    outcome,
    dropped,
    ring: tidied ? { ...ring, previous: kept } : undefined,
  });
  if (!force && now - ring.next.createdAt < periodMs - dueSlackMs) return stay('not_due');
  if (now - Math.max(nextKnownSince, ring.next.createdAt) < knownEverywhereMs) return stay('too_early');
  const rotated: Ring<K> = {
    version: 1,
    next: await rules.newKey(now),
    current: ring.next,
    previous: [{ ...ring.current, retiredAt: now }, ...kept],
  };
  return rules.fits(rotated) ? { outcome: 'rotated', dropped, ring: rotated } : stay('full');
}

const fitsSecret = (ring: Ring<unknown>) => JSON.stringify(ring).length <= maxRingBytes;

/** A retired key stays published until its last token has expired. */
export function signingRules(policy: RotationPolicy, newKey: RingRules<SigningKey>['newKey']): RingRules<SigningKey> {
  return {
    newKey,
    keep: (key, retiredForMs) => (retiredForMs <= policy.signingKeptMs ? key : undefined),
    fits: (ring: SigningRing) => fitsSecret(ring) && JSON.stringify(publishedJwks(ring)).length <= maxParameterLength,
  };
}

/** A tag key outlives the last token that it tagged. Its chain key is removed when no retry needs it. */
export function ratchetRules(
  policy: RotationPolicy,
  newKey: (now: number) => RatchetKeyRecord,
): RingRules<RatchetKeyRecord> {
  return {
    newKey: async (now) => newKey(now),
    keep: (key, retiredForMs) => {
      if (retiredForMs > policy.tagKeptMs) return undefined;
      return retiredForMs > policy.chainKeptMs && key.chainKey !== '' ? { ...key, chainKey: '' } : key;
    },
    fits: fitsSecret,
  };
}
