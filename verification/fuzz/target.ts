import type { Random } from './random.ts';

/** A parser under attack. */
export interface Target {
  readonly name: string;
  /** Inputs to begin with: good ones, so that mutation starts behind the first checks. */
  readonly seeds: readonly string[];
  /** Texts that mean something to the parser. */
  readonly dictionary: readonly string[];
  /** Files whose coverage guides, as their URLs end. */
  readonly files: readonly string[];
  /** A change that knows the format, and so keeps what would be refused first. */
  readonly reshape?: (text: string, random: Random) => string;
  /**
   * Runs the parser once and judges it by what it must always hold.
   *
   * @returns the outcome for the input, as one word
   * @throws Error when something does not hold: a finding
   */
  run(text: string): string;
}

/** Fails a run. */
export function insist(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
