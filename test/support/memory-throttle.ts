import { type Counted, nextTryAt, type SlowingLimits, type Throttle, windowOf } from '../../lambda/core/throttle.ts';

interface NetworkCount {
  tries: number;
  pauseMs: number;
  lastAt: number;
  nextAt: number;
}

interface Counter {
  total: number;
  announced: boolean;
  readonly networks: Map<string, NetworkCount>;
}

/** Counters in memory, with the rules of those in DynamoDB. */
export class MemoryThrottle implements Throttle {
  readonly counters = new Map<string, Counter>();

  async countSlowing(key: string, network: string, nowMs: number, limits: SlowingLimits): Promise<Counted> {
    const { counter, endsAt } = this.#counter(key, nowMs, limits.windowMs);
    const own = networkOf(counter, network);
    const open = counter.total < limits.limit - limits.reserved;
    if (!open && (counter.total >= limits.limit || own.tries >= limits.reservedPerNetwork)) {
      return refuse(counter, 'limit', endsAt - nowMs);
    }
    const nextAt = nextTryAt(own.lastAt, own.nextAt, limits);
    if (nextAt > nowMs) return refuse(counter, 'pause', Math.min(nextAt, endsAt) - nowMs);
    const pauseMs = own.pauseMs === 0 ? limits.firstPauseMs : own.pauseMs;
    Object.assign(own, { tries: own.tries + 1, lastAt: nowMs, nextAt: nowMs + pauseMs, pauseMs: pauseMs * 2 });
    counter.total += 1;
    return { allowed: true, tries: own.tries, total: counter.total };
  }

  async countUpTo(key: string, nowMs: number, limit: number, windowMs: number): Promise<Counted> {
    const { counter, endsAt } = this.#counter(key, nowMs, windowMs);
    if (counter.total >= limit) return refuse(counter, 'limit', endsAt - nowMs);
    counter.total += 1;
    return { allowed: true, tries: counter.total, total: counter.total };
  }

  async forgive(key: string, network: string, countedAtMs: number, windowMs: number): Promise<void> {
    const { counter } = this.#counter(key, countedAtMs, windowMs);
    if (counter.total === 0) return;
    counter.total -= 1;
    counter.networks.delete(network);
  }

  async giveBack(key: string, countedAtMs: number, windowMs: number): Promise<void> {
    const { counter } = this.#counter(key, countedAtMs, windowMs);
    counter.total = Math.max(0, counter.total - 1);
  }

  #counter(key: string, nowMs: number, windowMs: number) {
    const { number, endsAt } = windowOf(key, nowMs, windowMs);
    const id = `${key}#${number}`;
    const counter = this.counters.get(id) ?? { total: 0, announced: false, networks: new Map() };
    this.counters.set(id, counter);
    return { counter, endsAt };
  }
}

function networkOf(counter: Counter, network: string): NetworkCount {
  const own = counter.networks.get(network) ?? { tries: 0, pauseMs: 0, lastAt: 0, nextAt: 0 };
  counter.networks.set(network, own);
  return own;
}

function refuse(counter: Counter, because: 'pause' | 'limit', waitMs: number): Counted {
  const first = !counter.announced;
  counter.announced = true;
  return { allowed: false, because, waitMs, first };
}

/** Never refuses. For tests that log in often but do not test throttling. */
export const noThrottle: Throttle = {
  countSlowing: async () => ({ allowed: true, tries: 1, total: 1 }),
  countUpTo: async () => ({ allowed: true, tries: 1, total: 1 }),
  forgive: async () => {},
  giveBack: async () => {},
};
