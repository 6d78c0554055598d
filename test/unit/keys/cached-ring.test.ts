import { describe, expect, test, vi } from 'vitest';
import { Unavailable } from '../../../lambda/core/errors.ts';
import { RingRatchetKeys } from '../../../lambda/keys/ratchet-keys.ts';
import { cachedRing, cachePeriodMs, reloadPeriodMs } from '../../../lambda/keys/ring-source.ts';
import type { RatchetRing } from '../../../lambda/keys/rings.ts';
import { FakeClock } from '../../support/clock.ts';
import { expectUnavailable } from '../../support/expect.ts';
import { ratchetKey, ratchetRing } from '../../support/keys.ts';

function setUp() {
  const clock = new FakeClock();
  let answer: () => Promise<RatchetRing> = async () => ratchetRing();
  const load = vi.fn(() => answer());
  const ring = cachedRing(load, clock);
  return {
    clock,
    load,
    ring,
    keys: new RingRatchetKeys(ring),
    holds: (next: RatchetRing) => {
      answer = async () => next;
    },
    fails: () => {
      answer = () => Promise.reject(new Unavailable('keys_unavailable'));
    },
  };
}

describe('get', () => {
  test('loads once in a cache period', async () => {
    const { clock, load, ring } = setUp();
    await ring.get();
    clock.advance(cachePeriodMs - 1);
    await ring.get();
    expect(load).toHaveBeenCalledTimes(1);
    clock.advance(1);
    await ring.get();
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('many at once load once', async () => {
    const { load, ring } = setUp();
    await Promise.all(Array.from({ length: 20 }, () => ring.get()));
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('a first load that fails is unavailable, and the next call tries again', async () => {
    const { load, ring, fails, holds } = setUp();
    fails();
    await expectUnavailable(ring.get(), 'keys_unavailable');
    holds(ratchetRing());
    expect((await ring.get()).current.keyId).toBe('k1');
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('an old ring stays in use while it cannot be reloaded; a reload is tried every reload period', async () => {
    const { clock, load, ring, fails, holds } = setUp();
    await ring.get();
    fails();
    clock.advance(cachePeriodMs);
    for (let count = 0; count < 3; count += 1) expect((await ring.get()).current.keyId).toBe('k1');
    expect(load).toHaveBeenCalledTimes(2);
    clock.advance(reloadPeriodMs);
    holds(ratchetRing('k2', 'k3', ['k1']));
    expect((await ring.get()).current.keyId).toBe('k2');
    expect(load).toHaveBeenCalledTimes(3);
  });
});

describe('find', () => {
  test.each([
    ['current', 'k1'],
    ['next: another function may use it already', 'k2'],
    ['previous', 'k0'],
  ])('%s', async (_, keyId) => {
    const { keys, holds, load } = setUp();
    holds(ratchetRing('k1', 'k2', ['k0']));
    expect(await keys.find(keyId)).toEqual(ratchetKey(keyId));
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('an unknown id looks again, at most once in a reload period', async () => {
    const { clock, keys, load } = setUp();
    await keys.current();
    clock.advance(reloadPeriodMs);
    for (let count = 0; count < 5; count += 1) expect(await keys.find(`made up ${count}`)).toBeUndefined();
    expect(load).toHaveBeenCalledTimes(2);
    clock.advance(reloadPeriodMs);
    expect(await keys.find('made up')).toBeUndefined();
    expect(load).toHaveBeenCalledTimes(3);
  });

  test('twenty unknown ids at once look once', async () => {
    const { clock, keys, load } = setUp();
    await keys.current();
    clock.advance(reloadPeriodMs);
    await Promise.all(Array.from({ length: 20 }, (_, index) => keys.find(`made up ${index}`)));
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('a key that appeared since is found at once', async () => {
    const { clock, keys, holds } = setUp();
    await keys.current();
    clock.advance(reloadPeriodMs);
    holds(ratchetRing('k2', 'k3', ['k1']));
    expect(await keys.find('k3')).toEqual(ratchetKey('k3'));
    expect((await keys.current()).keyId).toBe('k2');
  });

  test('while the look fails the answer is unavailable and stays so, never "unknown"', async () => {
    const { clock, keys, load, fails, holds } = setUp();
    await keys.current();
    clock.advance(reloadPeriodMs);
    fails();
    await expectUnavailable(keys.find('k9'), 'keys_unavailable');
    holds(ratchetRing());
    clock.advance(reloadPeriodMs - 1);
    await expectUnavailable(keys.find('k9'), 'keys_unavailable');
    expect(load).toHaveBeenCalledTimes(2);
    expect(await keys.find('k1')).toEqual(ratchetKey('k1'));
    clock.advance(1);
    expect(await keys.find('k9')).toBeUndefined();
  });

  test('those that wait for one failing look all hear that it failed', async () => {
    const { clock, keys, fails } = setUp();
    await keys.current();
    clock.advance(reloadPeriodMs);
    fails();
    const all = await Promise.allSettled([keys.find('k8'), keys.find('k9')]);
    expect(all.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  });
});

test('a key without its chain key still checks tags; asking for more is unavailable, not a refusal', async () => {
  const { keys, holds } = setUp();
  const { previous, ...ring } = ratchetRing('k1', 'k2', ['k0']);
  holds({ ...ring, previous: previous.map((key) => ({ ...key, chainKey: '' })) });
  const key = await keys.find('k0');
  expect(key?.tagKey).toEqual(ratchetKey('k0').tagKey);
  expect(() => key?.chainKey).toThrow(expect.objectContaining({ name: 'Unavailable', reason: 'ratchet_key_gone' }));
});
