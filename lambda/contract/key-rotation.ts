/** What the rotating function, its schedule and the command line agree on. */

/** The event of the rotating function. */
export interface RotationRequest {
  /** Now, instead of when the keys are old enough; the safe intervals still hold. */
  readonly force: boolean;
  /** Ids of signing keys to withdraw, instead of a rotation. */
  readonly withdraw?: readonly string[];
}

/** What became of a withdrawal. Nothing in it is secret. */
export interface WithdrawalReport {
  /** `waiting`: run again in `waitSeconds`. `lost`: another run changed the ring at the same time, run again. */
  readonly outcome: 'withdrawn' | 'waiting' | 'lost';
  /** Ids of keys that this run withdrew. */
  readonly withdrawn: readonly string[];
  /** Ids of keys that are still in use, as the next one cannot be fetched everywhere yet. */
  readonly waiting: readonly string[];
  readonly waitSeconds: number;
  /** From then on no verifier that reaches the issuer believes what was withdrawn, epoch milliseconds. */
  readonly believedUntil: number;
  /** Ids of the keys that the ring has now. */
  readonly kids: { readonly next: string; readonly current: string; readonly previous: readonly string[] };
}

/**
 * What became of one ring.
 *
 * - `rotated`: next is current now
 * - `not_due`: current is younger than the rotation period
 * - `too_early`: next is not yet known everywhere, so it must not be used
 * - `full`: the ring cannot take another key until old ones have expired
 * - `lost`: another run changed the ring at the same time
 */
export type RotationOutcome = 'rotated' | 'not_due' | 'too_early' | 'full' | 'lost';

/** One ring after a run. Nothing in it is secret: key ids are in every token. */
export interface RingReport {
  readonly ring: 'signing' | 'ratchet';
  readonly outcome: RotationOutcome;
  /** Id of the key in use. */
  readonly current: string;
  /** Id of the key that follows. */
  readonly next: string;
  /** How long it has been in use, days. */
  readonly ageDays: number;
  /** Keys that are kept for tokens that are still out. */
  readonly previous: number;
  /** Keys that this run dropped, as no token of theirs can be alive. */
  readonly dropped: number;
  /** Whether the published keys were not those of the ring, and were published again. */
  readonly republished?: boolean;
}

/** What Secrets Manager takes, bytes. */
export const maxRingBytes = 65_536;

/** Previous ratchet keys that surely fit: one is at most 190 bytes of JSON. The rest is for rotations by hand. */
export const maxPreviousKeys = 300;
