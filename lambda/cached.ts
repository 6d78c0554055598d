import type { Clock } from './core/ports.ts';

/** How a value from elsewhere ages. Milliseconds. */
export interface CacheRules {
  /** While it is younger than this, the source is not asked. */
  readonly freshMs: number;
  /** Once it is this old, it is given out no more: without an answer of the source the call fails. */
  readonly usableMs: number;
  /** While a value can be given out, the source is asked at most once in this time, whether it answers or not. */
  readonly pauseMs: number;
  /** After a failure with nothing to give out, the source is asked again after this time. */
  readonly retryMs: number;
}

/** A value and how long it serves, epoch milliseconds. */
export interface Held<T> {
  readonly value: T;
  readonly since: number;
  readonly freshUntil: number;
  readonly usableUntil: number;
}

/**
 * One value from a slow source: loaded when first needed, by one call at a time, and kept. A stale value serves while
 * the source does not answer, up to a bound. Every key of the service comes through here.
 */
export class Cached<T> {
  readonly #load: () => Promise<T>;
  readonly #rules: CacheRules;
  readonly #clock: Clock;
  #held: Held<T> | undefined;
  #loading: Promise<T> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** What the last load failed with; undefined when it did not. */
  #failure: { readonly error: unknown } | undefined;

  /** @param held known from the start, without a load */
  constructor(load: () => Promise<T>, rules: CacheRules, clock: Clock, held?: Held<T>) {
    this.#load = load;
    this.#rules = rules;
    this.#clock = clock;
    this.#held = held;
  }

  /**
   * The value: fresh, or stale where the source fails or another call is asking it already.
   *
   * @throws what the load threw, when there is nothing to give out
   */
  async get(): Promise<T> {
    const now = this.#clock.nowMs();
    const held = this.#held;
    if (held === undefined || !within(held.since, held.usableUntil, now)) return this.#ask(this.#rules.retryMs);
    // One call pays for the look at the source, the others go on; and when it does not answer, all go on.
    const fresh = within(held.since, held.freshUntil, now);
    if (fresh || this.#loading !== undefined || this.#asked(this.#rules.pauseMs)) return held.value;
    return this.#ask(0).catch(() => held.value);
  }

  /**
   * The value as the source has it now, for a caller that misses something in what {@link get} gave; the held one where
   * the source answered a moment ago.
   *
   * @throws what the load threw, also for the rest of the pause: a value that may lack what is missing decides nothing
   */
  async renew(): Promise<T> {
    return this.#ask(this.#rules.pauseMs);
  }

  #asked(pauseMs: number): boolean {
    return within(this.#askedAt, this.#askedAt + pauseMs, this.#clock.nowMs());
  }

  async #ask(pauseMs: number): Promise<T> {
    if (this.#loading !== undefined) return this.#loading;
    if (this.#asked(pauseMs)) {
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#held !== undefined) return this.#held.value;
    }
    this.#loading = this.#loadOnce().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #loadOnce(): Promise<T> {
    // Before the load: what the source said may have changed while it was on its way.
    const since = this.#clock.nowMs();
    this.#askedAt = since;
    try {
      const value = await this.#load();
      const { freshMs, usableMs } = this.#rules;
      this.#held = { value, since, freshUntil: since + freshMs, usableUntil: since + usableMs };
      this.#failure = undefined;
      return value;
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }
}

/** A clock that was set back must not keep anything alive: a time before `from` is not within. */
function within(from: number, until: number, now: number): boolean {
  return now >= from && now < until;
}
