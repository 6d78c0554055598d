import type { Random } from './random.ts';

/** A parser under attack. */
export interface Target {
  readonly name: string;
  /** Initial inputs. They are valid, so that mutations pass the first checks. */
  readonly seeds: readonly string[];
  /** Texts with a meaning to the parser. */
  readonly dictionary: readonly string[];
  /** URL suffixes of the files whose coverage guides the fuzzer. */
  readonly files: readonly string[];
  /** A format-aware mutation, which passes the first checks. */
  readonly reshape?: (text: string, random: Random) => string;
  /**
   * Runs the parser once and checks its invariants.
   *
   * @returns the outcome for the input, as one word
   * @throws Error if an invariant is violated
   */
  run(text: string): string;
}

/** Throws if an invariant does not hold. */
export function insist(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
