import type { Counted, SlowingLimits, Throttle } from '../../lambda/core/throttle.ts';

interface Counter {
  tries: number;
  pauseMs: number;
  nextAt: number;
  announced: boolean;
}

/** Counters in memory, with the rules of the DynamoDB ones. */
export class MemoryThrottle implements Throttle {
  readonly counters = new Map<string, Counter>();

  async countSlowing(key: string, nowMs: number, limits: SlowingLimits): Promise<Counted> {
    const { firstPauseMs, toleranceMs, windowMs } = limits;
    const counter = this.#counter(key, nowMs, windowMs);
    if (counter.nextAt > nowMs + toleranceMs) {
      return this.#refuse(counter, Math.min(counter.nextAt - toleranceMs, endOf(nowMs, windowMs)) - nowMs);
    }
    const pauseMs = counter.pauseMs === 0 ? firstPauseMs : counter.pauseMs;
    Object.assign(counter, { tries: counter.tries + 1, nextAt: nowMs + pauseMs, pauseMs: pauseMs * 2 });
    return { allowed: true, tries: counter.tries };
  }

  async countUpTo(key: string, nowMs: number, limit: number, windowMs: number): Promise<Counted> {
    const counter = this.#counter(key, nowMs, windowMs);
    if (counter.tries >= limit) return this.#refuse(counter, endOf(nowMs, windowMs) - nowMs);
    counter.tries += 1;
    return { allowed: true, tries: counter.tries };
  }

  async reset(key: string, nowMs: number, windowMs: number): Promise<void> {
    Object.assign(this.#counter(key, nowMs, windowMs), { tries: 0, nextAt: 0, pauseMs: 0 });
  }

  #refuse(counter: Counter, waitMs: number): Counted {
    const first = !counter.announced;
    counter.announced = true;
    return { allowed: false, waitMs, first };
  }

  #counter(key: string, nowMs: number, windowMs: number): Counter {
    const id = `${key}#${Math.floor(nowMs / windowMs)}`;
    const counter = this.counters.get(id) ?? { tries: 0, pauseMs: 0, nextAt: 0, announced: false };
    this.counters.set(id, counter);
    return counter;
  }
}

/** Never refuses: for tests that log in often and are about something else. */
export const noThrottle: Throttle = {
  countSlowing: async () => ({ allowed: true, tries: 1 }),
  countUpTo: async () => ({ allowed: true, tries: 1 }),
  reset: async () => {},
};

function endOf(nowMs: number, windowMs: number): number {
  return (Math.floor(nowMs / windowMs) + 1) * windowMs;
}
