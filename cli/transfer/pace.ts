import { setTimeout as delay } from 'node:timers/promises';
import { Unavailable } from '../../lambda/core/errors.ts';

/** The environment of a {@link Pace}. */
export interface PaceTools {
  /** A monotonic clock, in milliseconds. */
  readonly nowMs: () => number;
  readonly delay: (ms: number) => Promise<unknown>;
  /** At least 0, less than 1. */
  readonly random: () => number;
}

const real: PaceTools = { nowMs: () => performance.now(), delay: (ms) => delay(ms), random: Math.random };

/** Maximum number of concurrent batches. */
const mostLanes = 8;
const firstPauseMs = 200;
const longestPauseMs = 30_000;

/** A table that throttles doubles its capacity within minutes. */
const patienceMs = 300_000;

/** If a table never responds, its name, region or network is probably wrong. */
const patienceAtStartMs = 10_000;

/**
 * Controls how much is written concurrently. A table that throttles halves it: first the number of batches, then their
 * size. Each batch that succeeds adds a little (additive increase, multiplicative decrease). Pauses double, with full
 * jitter.
 */
export class Pace {
  readonly #tools: PaceTools;
  /** How many batches may run; below 1, the share of a batch's usual size. */
  #limit = mostLanes;
  #running = 0;
  #succeededAt: number;
  #hasSucceeded = false;
  readonly #queue: (() => void)[] = [];

  constructor(tools: PaceTools = real) {
    this.#tools = tools;
    this.#succeededAt = tools.nowMs();
  }

  /** Batches per table round trip that the table currently accepts: from 1/32 to 8. */
  get limit(): number {
    return this.#limit;
  }

  /** Waits until another batch may start. */
  async admitted(): Promise<void> {
    while (this.#running >= Math.max(1, Math.floor(this.#limit))) {
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
    this.#running += 1;
  }

  /**
   * Runs the work of a batch that was {@link admitted}, and repeats it while the table throttles or does not respond.
   *
   * @param work gets the share of a batch's usual size to write in one request
   * @throws errors of the work; Unavailable if nothing has succeeded for five minutes, or if the table has not
   *   responded at all for ten seconds
   */
  async run(work: (share: number) => Promise<void>): Promise<void> {
    try {
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
        if (await this.#attempt(work)) return;
        await this.#tools.delay(this.#tools.random() * pauseMs);
      }
    } finally {
      this.#running -= 1;
      for (const next of this.#queue.splice(0)) next();
    }
  }

  async #attempt(work: (share: number) => Promise<void>): Promise<boolean> {
    const limitBefore = this.#limit;
    try {
      await work(Math.min(1, this.#limit));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      const mayRecover = this.#hasSucceeded || error.reason === 'store_throttled';
      const patience = mayRecover ? patienceMs : patienceAtStartMs;
      if (this.#tools.nowMs() - this.#succeededAt > patience) throw error;
      // Batches that were sent together fail together, so they count once.
      if (this.#limit >= limitBefore) this.#limit = Math.max(1 / 32, this.#limit / 2);
      return false;
    }
    this.#succeededAt = this.#tools.nowMs();
    this.#hasSucceeded = true;
    this.#limit = Math.min(mostLanes, this.#limit + Math.min(1, this.#limit) / 8);
    return true;
  }
}
