import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Counted, Throttle } from '../../lambda/core/throttle.ts';

/** A throttle to test, empty or not: each test counts under a name of its own. */
export interface ThrottleUnderTest {
  readonly throttle: Throttle;
  stop(): Promise<void>;
}

const windowMs = 3_600_000;
/** In the middle of a window. */
const now = Math.floor(1_900_000_123_457 / windowMs) * windowMs + windowMs / 2;
const endOfWindow = now + windowMs / 2;

/** Counters of tries: slowing ones, and ones with a plain limit. */
export function throttleContract(open: () => Promise<ThrottleUnderTest>): void {
  let store: ThrottleUnderTest;
  let key = '';
  let keys = 0;
  beforeAll(async () => {
    store = await open();
  });
  beforeEach(() => {
    keys += 1;
    key = `user:${keys}`;
  });
  afterAll(() => store.stop());

  const allowed = (results: readonly Counted[]) => results.filter((result) => result.allowed).length;
  const announced = (results: readonly Counted[]) => results.filter((result) => !result.allowed && result.first).length;

  describe('countSlowing', () => {
    const limits = { firstPauseMs: 50, toleranceMs: 1000, windowMs };
    const count = (nowMs: number) => store.throttle.countSlowing(key, nowMs, limits);

    test('each try doubles the pause that the next one keeps', async () => {
      const strict = { ...limits, toleranceMs: 0 };
      let at = now;
      for (let tries = 1; tries <= 12; tries += 1) {
        expect(await store.throttle.countSlowing(key, at, strict)).toEqual({ allowed: true, tries });
        const pause = 50 * 2 ** (tries - 1);
        expect(await store.throttle.countSlowing(key, at + pause - 1, strict)).toMatchObject({
          allowed: false,
          waitMs: 1,
        });
        at += pause;
      }
    });

    test('a try may come too soon by the tolerance: so the first six may come at once', async () => {
      for (let tries = 1; tries <= 6; tries += 1) expect(await count(now)).toEqual({ allowed: true, tries });
      expect(await count(now)).toEqual({ allowed: false, waitMs: 600, first: true });
      expect(await count(now + 599)).toEqual({ allowed: false, waitMs: 1, first: false });
      expect(await count(now + 600)).toEqual({ allowed: true, tries: 7 });
    });

    test('a refused try moves nothing, however often it comes', async () => {
      for (let tries = 0; tries < 6; tries += 1) await count(now);
      for (let tries = 0; tries < 50; tries += 1) expect(await count(now + tries)).toMatchObject({ allowed: false });
      expect(await count(now + 600)).toEqual({ allowed: true, tries: 7 });
    });

    test('of fifty at once six are allowed, and one refusal is the first', async () => {
      const results = await Promise.all(Array.from({ length: 50 }, () => count(now)));
      expect([allowed(results), announced(results)]).toEqual([6, 1]);
      expect(results.flatMap((result) => (result.allowed ? [result.tries] : [])).toSorted()).toEqual([
        1, 2, 3, 4, 5, 6,
      ]);
    });

    test('nobody waits beyond the window, and the next one begins anew', async () => {
      let at = now;
      let result = await count(at);
      while (at < endOfWindow) {
        if (!result.allowed) {
          expect(at + result.waitMs).toBeLessThanOrEqual(endOfWindow);
          at += result.waitMs;
        }
        if (at < endOfWindow) result = await count(at);
      }
      expect(await count(endOfWindow)).toEqual({ allowed: true, tries: 1 });
    });

    test('one key knows nothing of another', async () => {
      for (let tries = 0; tries < 10; tries += 1) await count(now);
      expect(await store.throttle.countSlowing(`${key}0`, now, limits)).toEqual({ allowed: true, tries: 1 });
    });

    test('reset begins anew, at once and for this window; it announces no second time', async () => {
      for (let tries = 0; tries < 10; tries += 1) await count(now);
      await store.throttle.reset(key, now, windowMs);
      const results: Counted[] = [];
      for (let tries = 0; tries < 10; tries += 1) results.push(await count(now));
      expect([allowed(results), announced(results)]).toEqual([6, 0]);
    });

    test('reset of what was never counted makes no counter', async () => {
      await store.throttle.reset(key, now, windowMs);
      expect(await count(now)).toEqual({ allowed: true, tries: 1 });
    });
  });

  describe('countUpTo', () => {
    const limit = 5;
    const count = (nowMs: number) => store.throttle.countUpTo(key, nowMs, limit, windowMs);

    test('allows so many, then none until the window ends', async () => {
      for (let tries = 1; tries <= limit; tries += 1) expect(await count(now)).toEqual({ allowed: true, tries });
      expect(await count(now + 1)).toEqual({ allowed: false, waitMs: windowMs / 2 - 1, first: true });
      expect(await count(endOfWindow - 1)).toEqual({ allowed: false, waitMs: 1, first: false });
      expect(await count(endOfWindow)).toEqual({ allowed: true, tries: 1 });
    });

    test('of fifty at once exactly so many, and one refusal is the first', async () => {
      const results = await Promise.all(Array.from({ length: 50 }, () => count(now)));
      expect([allowed(results), announced(results)]).toEqual([limit, 1]);
    });

    test('each window is announced once', async () => {
      const both = [now, endOfWindow].flatMap((at) => Array.from({ length: limit + 3 }, () => at));
      const results: Counted[] = [];
      for (const at of both) results.push(await count(at));
      expect([allowed(results), announced(results)]).toEqual([2 * limit, 2]);
    });
  });
}
