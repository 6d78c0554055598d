import { describe, expect, test } from 'vitest';
import type { Counted, Throttle } from '../../lambda/core/throttle.ts';

/** A new counter, in the middle of its window. */
export interface CounterUnderTest {
  readonly throttle: Throttle;
  readonly key: string;
  readonly now: number;
  readonly endOfWindow: number;
}

export const allowed = (results: readonly Counted[]) => results.filter((result) => result.allowed).length;
export const announced = (results: readonly Counted[]) =>
  results.filter((result) => !result.allowed && result.first).length;

/** Counters with a plain limit. */
export function countUpToContract(windowMs: number, counter: () => CounterUnderTest): void {
  describe('countUpTo', () => {
    const limit = 5;
    const count = (nowMs: number) => counter().throttle.countUpTo(counter().key, nowMs, limit, windowMs);
    const giveBack = (countedAt: number) => counter().throttle.giveBack(counter().key, countedAt, windowMs);

    test('allows attempts up to the limit, then none until the window ends', async () => {
      const { now, endOfWindow } = counter();
      for (let tries = 1; tries <= limit; tries += 1) expect(await count(now)).toMatchObject({ allowed: true, tries });
      expect(await count(now + 1)).toEqual({
        allowed: false,
        because: 'limit',
        waitMs: windowMs / 2 - 1,
        first: true,
      });
      expect(await count(endOfWindow - 1)).toMatchObject({ allowed: false, waitMs: 1, first: false });
      expect(await count(endOfWindow)).toMatchObject({ allowed: true, tries: 1 });
    });

    test('allows exactly the limit of twenty parallel attempts, and marks one refusal as the first', async () => {
      const { now } = counter();
      const results = await Promise.all(Array.from({ length: 20 }, () => count(now)));
      expect([allowed(results), announced(results)]).toEqual([limit, 1]);
    });

    test('a refunded attempt can be made again, and refunds never raise the limit', async () => {
      const { now } = counter();
      for (let tries = 0; tries < limit; tries += 1) await count(now);
      await giveBack(now);
      expect(await count(now)).toMatchObject({ allowed: true, total: limit });
      expect(await count(now)).toMatchObject({ allowed: false });
      for (let times = 0; times < 10; times += 1) await giveBack(now);
      const results = [];
      for (let tries = 0; tries < 10; tries += 1) results.push(await count(now));
      expect(allowed(results)).toBe(limit);
    });

    test('refunds an attempt to the window in which it was counted', async () => {
      const { endOfWindow } = counter();
      await count(endOfWindow - 1);
      for (let tries = 0; tries < limit; tries += 1) await count(endOfWindow);
      await giveBack(endOfWindow - 1);
      expect(await count(endOfWindow)).toMatchObject({ allowed: false });
    });

    test('announces each window once', async () => {
      const { now, endOfWindow } = counter();
      const both = [now, endOfWindow].flatMap((at) => Array.from({ length: limit + 3 }, () => at));
      const results: Counted[] = [];
      for (const at of both) results.push(await count(at));
      expect([allowed(results), announced(results)]).toEqual([2 * limit, 2]);
    });
  });
}
