import type { Clock } from '../../lambda/core/ports.ts';

/** Real requests that start within this interval overlap. */
const overlapMs = 5;

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
  cancelled: boolean;
}

/**
 * Simulated time, which jumps from one event to the next without real delays. All code that an event starts runs until
 * it waits again before the next event, so the same plan gives the same history.
 */
export class Sim implements Clock {
  #now: number;
  #order = 0;
  #busy = 0;
  #idle: (() => void) | undefined;
  readonly #heap: Timer[] = [];

  constructor(startMs: number) {
    this.#now = startMs;
  }

  nowMs(): number {
    return this.#now;
  }

  /** Runs something later. Timers fire by time; timers with equal times fire in the order in which they were set. */
  after(ms: number, fire: () => void): Timer {
    this.#order += 1;
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order, fire, cancelled: false };
    push(this.#heap, timer);
    return timer;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /** Runs work outside simulated time, such as a real request. Simulated time stands still until it ends. */
  async external<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      if (this.#busy === 0) this.#idle?.();
    }
  }

  /** Runs until no event is left, or until `stop` returns true after an event. */
  async run(stop: () => boolean): Promise<void> {
    for (let timer = pop(this.#heap); timer !== undefined && !stop(); timer = pop(this.#heap)) {
      if (timer.cancelled) continue;
      this.#now = timer.at;
      timer.fire();
      await quiet();
      // Requests that are sent at nearly the same time overlap.
      const next = this.#heap[0];
      if (this.#busy > 0 && next !== undefined && next.at - this.#now <= overlapMs) continue;
      while (this.#busy > 0) {
        await new Promise<void>((resolve) => {
          this.#idle = resolve;
        });
        await quiet();
      }
    }
  }
}

/** Waits until every microtask has run. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Timer[], timer: Timer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const up = (index - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || before(parent, timer)) break;
    heap[index] = parent;
    index = up;
  }
  heap[index] = timer;
}

function pop(heap: Timer[]): Timer | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let index = 0;
  for (;;) {
    const left = heap[2 * index + 1];
    const right = heap[2 * index + 2];
    if (left === undefined) break;
    const least = right !== undefined && before(right, left) ? right : left;
    if (before(last, least)) break;
    heap[index] = least;
    index = least === left ? 2 * index + 1 : 2 * index + 2;
  }
  heap[index] = last;
  return top;
}
