import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Counted, type SlowingLimits, type Throttle, windowOf } from '../../lambda/core/throttle.ts';
import { allowed, announced, countUpToContract } from './count-up-to.contract.ts';

/** A throttle to test, empty or not: each test counts under a name of its own. */
export interface ThrottleUnderTest {
  readonly throttle: Throttle;
  stop(): Promise<void>;
}

const windowMs = 3_600_000;

/** Counters of tries: slowing ones, and ones with a plain limit. */
export function throttleContract(open: () => Promise<ThrottleUnderTest>): void {
  let store: ThrottleUnderTest;
  let key = '';
  let keys = 0;
  /** In the middle of the key's window, and where that ends. */
  let now = 0;
  let endOfWindow = 0;
  beforeAll(async () => {
    store = await open();
  });
  beforeEach(() => {
    keys += 1;
    key = `user:${keys}`;
    endOfWindow = windowOf(key, 1_900_000_123_457, windowMs).endsAt;
    now = endOfWindow - windowMs / 2;
  });
  afterAll(() => store.stop());

  describe('countSlowing, one network', () => {
    const limits: SlowingLimits = {
      windowMs,
      limit: 100,
      reserved: 0,
      reservedPerNetwork: 0,
      firstPauseMs: 50,
      toleranceMs: 1000,
      maxPauseMs: 60_000,
    };
    const count = (nowMs: number, changes: Partial<SlowingLimits> = {}) =>
      store.throttle.countSlowing(key, 'home', nowMs, { ...limits, ...changes });

    test('each try doubles the pause that the next one keeps, up to the longest', async () => {
      let at = now;
      for (let tries = 1; tries <= 14; tries += 1) {
        expect(await count(at, { toleranceMs: 0 })).toEqual({ allowed: true, tries, total: tries });
        const pause = Math.min(50 * 2 ** (tries - 1), limits.maxPauseMs);
        expect(await count(at + pause - 1, { toleranceMs: 0 })).toMatchObject({ because: 'pause', waitMs: 1 });
        at += pause;
      }
    });

    test('a try may come too soon by the tolerance: so the first six may come at once', async () => {
      for (let tries = 1; tries <= 6; tries += 1) expect(await count(now)).toMatchObject({ allowed: true, tries });
      expect(await count(now)).toEqual({ allowed: false, because: 'pause', waitMs: 600, first: true });
      expect(await count(now + 599)).toEqual({ allowed: false, because: 'pause', waitMs: 1, first: false });
      expect(await count(now + 600)).toMatchObject({ allowed: true, tries: 7 });
    });

    test('a refused try moves nothing, however often it comes', async () => {
      for (let tries = 0; tries < 6; tries += 1) await count(now);
      for (let tries = 0; tries < 50; tries += 1) expect(await count(now + tries)).toMatchObject({ allowed: false });
      expect(await count(now + 600)).toMatchObject({ allowed: true, tries: 7, total: 7 });
    });

    test('of twenty at once six are allowed, and one refusal is the first', async () => {
      const results = await Promise.all(Array.from({ length: 20 }, () => count(now)));
      expect([allowed(results), announced(results)]).toEqual([6, 1]);
      expect(results.flatMap((result) => (result.allowed ? [result.tries] : [])).toSorted()).toEqual([
        1, 2, 3, 4, 5, 6,
      ]);
    });

    test('no caller waits beyond the window, and the next window starts from zero', async () => {
      const slow = { maxPauseMs: windowMs };
      let at = now;
      let result = await count(at, slow);
      while (at < endOfWindow) {
        if (!result.allowed) {
          expect(at + result.waitMs).toBeLessThanOrEqual(endOfWindow);
          at += result.waitMs;
        }
        if (at < endOfWindow) result = await count(at, slow);
      }
      expect(await count(endOfWindow)).toEqual({ allowed: true, tries: 1, total: 1 });
    });

    test('after the last try the wait goes to the end of the window, although its pause is over sooner', async () => {
      let at = now;
      for (let tries = 1; tries <= 3; tries += 1, at += 5000) {
        expect(await count(at, { limit: 3 })).toMatchObject({ allowed: true, tries });
      }
      const lastAt = at - 5000;
      const slow = { limit: 3, toleranceMs: 0 };
      expect(await count(lastAt + 1, slow)).toMatchObject({ because: 'limit', waitMs: endOfWindow - lastAt - 1 });
    });

    test('one key knows nothing of another', async () => {
      for (let tries = 0; tries < 10; tries += 1) await count(now);
      expect(await store.throttle.countSlowing(`${key}0`, 'home', now, limits)).toMatchObject({
        allowed: true,
        total: 1,
      });
    });

    test('forgive takes one try back and ends the pauses; it announces no second time', async () => {
      for (let tries = 0; tries < 10; tries += 1) await count(now);
      await store.throttle.forgive(key, 'home', now, windowMs);
      const results: Counted[] = [];
      for (let tries = 0; tries < 10; tries += 1) results.push(await count(now));
      expect([allowed(results), announced(results)]).toEqual([6, 0]);
      expect(results[0]).toMatchObject({ tries: 1, total: 6 });
    });

    test('forgiving what was never counted makes no counter', async () => {
      await store.throttle.forgive(key, 'home', now, windowMs);
      expect(await count(now)).toEqual({ allowed: true, tries: 1, total: 1 });
    });
  });

  describe('countSlowing, several networks', () => {
    const limits: SlowingLimits = {
      windowMs,
      limit: 10,
      reserved: 6,
      reservedPerNetwork: 2,
      firstPauseMs: 1,
      toleranceMs: 1000,
      maxPauseMs: 60_000,
    };
    const count = (network: string) => store.throttle.countSlowing(key, network, now, limits);

    test('one network uses up what is open to all, and none of what is kept for others', async () => {
      for (let tries = 1; tries <= 4; tries += 1) expect(await count('a')).toMatchObject({ allowed: true });
      expect(await count('a')).toMatchObject({ because: 'limit', waitMs: windowMs / 2, first: true });
      for (const network of ['b', 'c', 'd']) {
        expect(await count(network)).toMatchObject({ allowed: true, tries: 1 });
        expect(await count(network)).toMatchObject({ allowed: true, tries: 2 });
        expect(await count(network)).toMatchObject({ because: 'limit' });
      }
      expect(await count('e')).toMatchObject({ because: 'limit', first: false });
    });

    test('of twenty networks at once exactly as many as the limit', async () => {
      const results = await Promise.all(Array.from({ length: 20 }, (_, index) => count(`n${index}`)));
      expect([allowed(results), announced(results)]).toEqual([10, 1]);
    });

    test('forgiving one network leaves the others their pauses', async () => {
      await count('a');
      await count('b');
      await store.throttle.forgive(key, 'a', now, windowMs);
      expect(await count('a')).toMatchObject({ tries: 1, total: 2 });
      expect(await count('b')).toMatchObject({ tries: 2, total: 3 });
    });
  });

  countUpToContract(windowMs, () => ({ throttle: store.throttle, key, now, endOfWindow }));
}
