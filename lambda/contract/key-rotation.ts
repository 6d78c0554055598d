/** What the rotating function, its schedule and the command line agree on. */

/** The event of the rotating function. */
export interface RotationRequest {
  /** Now, instead of when the keys are old enough; the safe intervals still hold. */
  readonly force: boolean;
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
  /** How long it has been in use, days. */
  readonly ageDays: number;
  /** Keys that are kept for tokens that are still out. */
  readonly previous: number;
  /** Keys that this run dropped, as no token of theirs can be alive. */
  readonly dropped: number;
}

/** What Secrets Manager takes, bytes. */
export const maxRingBytes = 65_536;

/** Previous ratchet keys that surely fit: one is at most 190 bytes of JSON. The rest is for rotations by hand. */
export const maxPreviousKeys = 300;
