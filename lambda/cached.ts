import type { Clock } from './core/ports.ts';

/** How a cached value ages. All times in milliseconds. */
export interface CacheRules {
  /** Younger than this, the value is returned without querying the source. */
  readonly freshMs: number;
  /** Older than this, the value is never returned: if the source fails, the call fails. */
  readonly usableMs: number;
  /** While a usable value exists, the source is queried at most once in this time, successfully or not. */
  readonly pauseMs: number;
  /** After a failure without a usable value, the source is queried again after this time. */
  readonly retryMs: number;
}

/** A value and until when it is usable, epoch milliseconds. */
export interface Held<T> {
  readonly value: T;
  readonly since: number;
  readonly freshUntil: number;
  readonly usableUntil: number;
}

/**
 * A cached value from a slow source: loaded on first use, with a single call in flight. A stale value is returned while
 * the source fails, up to a limit. All keys of the service are cached this way.
 */
export class Cached<T> {
  readonly #load: () => Promise<T>;
  readonly #rules: CacheRules;
  readonly #clock: Clock;
  #held: Held<T> | undefined;
  #loading: Promise<T> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** The error of the last load; undefined if it succeeded. */
  #failure: { readonly error: unknown } | undefined;

  /** @param held initial value, known without a load */
  constructor(load: () => Promise<T>, rules: CacheRules, clock: Clock, held?: Held<T>) {
    this.#load = load;
    this.#rules = rules;
    this.#clock = clock;
    this.#held = held;
  }

  /**
   * The value: fresh, or stale if the source fails or another call is already loading it.
   *
   * @throws the error of the load, if there is no usable value
   */
  async get(): Promise<T> {
    const now = this.#clock.nowMs();
    const held = this.#held;
    if (held === undefined || !within(held.since, held.usableUntil, now)) return this.#ask(this.#rules.retryMs);
    // One call waits for the source; the others return the stale value. If the source fails, all of them do.
    const fresh = within(held.since, held.freshUntil, now);
    if (fresh || this.#loading !== undefined || this.#asked(this.#rules.pauseMs)) return held.value;
    return this.#ask(0).catch(() => held.value);
  }

  /**
   * The current value of the source, for a caller that misses something in the result of {@link get}. Returns the
   * cached value if the source responded a moment ago.
   *
   * @throws the error of the load, also for the rest of the pause: a value that may lack what is missing decides
   *   nothing
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
    // Before the load, because the source's response may be outdated when it arrives.
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

/** A clock that is set back must not extend anything: a time before `from` is not within. */
function within(from: number, until: number, now: number): boolean {
  return now >= from && now < until;
}
