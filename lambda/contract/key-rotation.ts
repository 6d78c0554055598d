/** The contract between the rotation function, its schedule and the command line. */

/** The event of the rotation function. */
export interface RotationRequest {
  /** Rotate now, regardless of age; the minimum intervals still apply. */
  readonly force: boolean;
  /** Ids of signing keys to withdraw instead of rotating. */
  readonly withdraw?: readonly string[];
  /** List the keys only: nothing is rotated, published or written. */
  readonly list?: boolean;
}

/** The keys of both rings. Nothing in it is secret: key ids are in every token. */
export interface KeyList {
  readonly keys: readonly ListedKey[];
  /** Ids of the signing keys in the parameter that the JWKS route serves. */
  readonly published: readonly string[];
  /** The function's clock, epoch milliseconds. */
  readonly now: number;
}

export interface ListedKey {
  readonly ring: 'signing' | 'ratchet';
  readonly kid: string;
  readonly state: 'next' | 'current' | 'previous';
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** When it was retired, epoch milliseconds. */
  readonly retiredAt?: number;
  /** When it came into use, epoch milliseconds; only for the current key. */
  readonly usedSince?: number;
}

/** The result of a withdrawal. Contains no secret. */
export interface WithdrawalReport {
  /** `waiting`: run again in `waitSeconds`. `lost`: another run changed the ring at the same time, run again. */
  readonly outcome: 'withdrawn' | 'waiting' | 'lost';
  /** Ids of keys withdrawn by this run. */
  readonly withdrawn: readonly string[];
  /** Ids of keys that stay in use because the next key is not yet available everywhere. */
  readonly waiting: readonly string[];
  readonly waitSeconds: number;
  /** After this time, no verifier that reaches the issuer trusts the withdrawn keys. Epoch milliseconds. */
  readonly believedUntil: number;
  /** Ids of the keys now in the ring. */
  readonly kids: { readonly next: string; readonly current: string; readonly previous: readonly string[] };
}

/**
 * The result for one ring.
 *
 * - `rotated`: next is now current
 * - `not_due`: current is younger than the rotation period
 * - `too_early`: next is not yet known everywhere, so it must not be used
 * - `full`: the ring has no room for another key until old ones expire
 * - `lost`: another run changed the ring at the same time
 */
export type RotationOutcome = 'rotated' | 'not_due' | 'too_early' | 'full' | 'lost';

/** One ring after a run. Contains no secret: key ids are in every token. */
export interface RingReport {
  readonly ring: 'signing' | 'ratchet';
  readonly outcome: RotationOutcome;
  /** Id of the current key. */
  readonly current: string;
  /** Id of the next key. */
  readonly next: string;
  /** How long the current key has been in use, in days. */
  readonly ageDays: number;
  /** Keys kept for tokens that are still valid. */
  readonly previous: number;
  /** Keys dropped by this run, because none of their tokens can be valid. */
  readonly dropped: number;
  /** Whether the published keys differed from the ring and were published again. */
  readonly republished?: boolean;
}

/** Maximum size of a secret in Secrets Manager, in bytes. */
export const maxRingBytes = 65_536;

/**
 * Number of previous ratchet keys that always fit: one is at most 190 bytes of JSON. The rest is for manual rotations.
 */
export const maxPreviousKeys = 300;
