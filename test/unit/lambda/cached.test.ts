import { describe, expect, test, vi } from 'vitest';
import { Cached } from '../../../lambda/cached.ts';
import { FakeClock } from '../../support/clock.ts';

/** The one cache of all keys. The suites of rings, JWKS and the JWKS route try it with what they keep in it. */

const rules = { freshMs: 100, usableMs: 1000, pauseMs: 10, retryMs: 5 };

function setUp(held?: { readonly value: string; readonly usableMs: number }) {
  const clock = new FakeClock(1_000_000);
  let answer = async () => 'a';
  const load = vi.fn(() => answer());
  const since = clock.nowMs();
  const known = held && { value: held.value, since, freshUntil: since + 50, usableUntil: since + held.usableMs };
  return {
    clock,
    load,
    cached: new Cached(load, rules, clock, known),
    says: (value: string) => {
      answer = async () => value;
    },
    fails: (message = 'down') => {
      answer = () => Promise.reject(new Error(message));
    },
    hangs: () => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      answer = () => promise;
      return { resolve, reject };
    },
  };
}

describe('a stale value', () => {
  test('serves while the source fails, and not a moment longer than it is usable', async () => {
    const { clock, cached, fails } = setUp();
    await cached.get();
    fails();
    clock.advance(999);
    expect(await cached.get()).toBe('a');
    clock.advance(1);
    await expect(cached.get()).rejects.toThrow('down');
  });

  test('serves the others while one call waits for the source', async () => {
    const { clock, cached, load, hangs } = setUp();
    await cached.get();
    const source = hangs();
    clock.advance(100);
    const first = cached.get();
    // Longer than the pause between two looks.
    clock.advance(10);
    expect(await cached.get()).toBe('a');
    source.resolve('b');
    expect(await first).toBe('b');
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('a value that is too old is not returned: all callers wait for one load', async () => {
    const { clock, cached, load, hangs } = setUp();
    await cached.get();
    const source = hangs();
    clock.advance(1000);
    const all = [cached.get(), cached.get(), cached.renew()];
    source.resolve('b');
    expect(await Promise.all(all)).toEqual(['b', 'b', 'b']);
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('counts from when it was asked for, not from when it came', async () => {
    const { clock, cached, says, hangs } = setUp();
    const source = hangs();
    const first = cached.get();
    clock.advance(60);
    source.resolve('a');
    await first;
    says('b');
    clock.advance(40);
    expect(await cached.get()).toBe('b');
  });

  test('and after the clock is set back, it is loaded again', async () => {
    const { clock, cached, says } = setUp();
    await cached.get();
    says('b');
    clock.advance(-500);
    expect(await cached.get()).toBe('b');
  });
});

describe('a failure', () => {
  test('with nothing to give out is repeated without a load until the time is over', async () => {
    const { clock, cached, load, fails, says } = setUp();
    fails();
    await expect(cached.get()).rejects.toThrow('down');
    says('a');
    clock.advance(4);
    await expect(cached.get()).rejects.toThrow('down');
    expect(load).toHaveBeenCalledTimes(1);
    clock.advance(1);
    expect(await cached.get()).toBe('a');
  });

  test('of one load is heard by all that wait for it', async () => {
    const { cached, load, hangs } = setUp();
    const source = hangs();
    const all = Promise.allSettled([cached.get(), cached.get(), cached.renew()]);
    source.reject(new Error('down'));
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('makes `renew` fail for the rest of the pause, while `get` goes on', async () => {
    const { clock, cached, fails, says } = setUp();
    await cached.get();
    clock.advance(10);
    fails();
    await expect(cached.renew()).rejects.toThrow('down');
    says('b');
    await expect(cached.renew()).rejects.toThrow('down');
    expect(await cached.get()).toBe('a');
    clock.advance(10);
    expect(await cached.renew()).toBe('b');
  });
});

describe('a value that is held from the start', () => {
  test('is fresh and usable for its own time', async () => {
    const { clock, cached, load, fails } = setUp({ value: 'given', usableMs: 5000 });
    clock.advance(49);
    expect(await cached.get()).toBe('given');
    expect(load).not.toHaveBeenCalled();
    fails();
    clock.advance(4950);
    expect(await cached.get()).toBe('given');
    expect(load).toHaveBeenCalledTimes(1);
    clock.advance(1);
    await expect(cached.get()).rejects.toThrow('down');
  });
});
