import { argon2 } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { Argon2Passwords } from '../../../lambda/crypto/argon2-passwords.ts';
import { storedOf, vectorOf } from '../../support/foreign-hashes.ts';

const clock = vi.hoisted(() => ({ ms: 0, foreignMs: 0 }));

vi.mock('../../../lambda/crypto/foreign-hash.ts', () => ({
  foreignTags: async () => {
    clock.ms += clock.foreignMs;
    return undefined;
  },
}));

// The real hash, which takes a millisecond for a mebibyte.
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>();
  const timed: typeof real.argon2 = (algorithm, parameters, callback) => {
    clock.ms += (parameters.memory * parameters.passes) / 1024;
    return real.argon2(algorithm, parameters, callback);
  };
  return { ...real, argon2: vi.fn(timed) };
});

const passwords = new Argon2Passwords({ memoryKib: 40 * 1024, passes: 1, lanes: 1 }, () => clock.ms);
const stored = storedOf(vectorOf('bcrypt $2b$'));

async function verifying(hash: string | undefined, foreignMs = 0): Promise<{ ms: number; calls: number }> {
  Object.assign(clock, { ms: 0, foreignMs });
  vi.mocked(argon2).mockClear();
  expect(await passwords.verify('wrong', hash)).toBe(false);
  return { ms: clock.ms, calls: vi.mocked(argon2).mock.calls.length };
}

test('verifying a cheaper hash of another system takes as long as a current one, by real work', async () => {
  const today = await verifying(undefined);
  expect(today.ms).toBe(40);
  for (const foreignMs of [0, 1, 20, 39]) {
    const { ms, calls } = await verifying(stored, foreignMs);
    expect(Math.abs(ms - today.ms)).toBeLessThan(0.1);
    expect(calls).toBeGreaterThan(0);
  }
});

test('a costlier hash takes no additional time', async () => {
  await verifying(undefined);
  expect(await verifying(stored, 150)).toEqual({ ms: 150, calls: 0 });
});
