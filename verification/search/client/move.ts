/** The costs of a move. Each size has a budget for each kind. */
export interface Costs {
  /** User actions. */
  readonly acts: number;
  /** Lost, failed and late messages, failing storage, killed and frozen apps. */
  readonly faults: number;
  /** Background timers, such as the refresh ahead of expiry, that fire while nothing else happens. */
  readonly ticks: number;
  /** Sleeps of the device beyond the grace window. */
  readonly sleeps: number;
}

export const free: Costs = { acts: 0, faults: 0, ticks: 0, sleeps: 0 };

/** One possible next step. Its words identify it within a history. */
export interface Move {
  readonly words: string;
  readonly costs: Costs;
  take(): void;
}

export function affordable({ costs }: Move, left: Costs): boolean {
  return (Object.keys(costs) as (keyof Costs)[]).every((name) => costs[name] <= left[name]);
}

/** The places that a move reads and changes: apps, the cookie jar, the service, exchanges. */
export class Footprint {
  readonly #reads = new Set<string>();
  readonly #writes = new Set<string>();
  /** Whether it changes everything, as the clock does. */
  everything = false;

  reads(place: string): void {
    this.#reads.add(place);
  }

  writes(place: string): void {
    this.#writes.add(place);
  }

  /** Whether the two moves lead to the same state in either order. */
  independentOf(other: Footprint): boolean {
    if (this.everything || other.everything) return false;
    return !this.#disturbs(other) && !other.#disturbs(this);
  }

  #disturbs(other: Footprint): boolean {
    return [...this.#writes].some((place) => other.#reads.has(place) || other.#writes.has(place));
  }
}
