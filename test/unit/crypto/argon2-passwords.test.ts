import { argon2 } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { Argon2Passwords, argon2Cost } from '../../../lambda/crypto/argon2-passwords.ts';

// The real one, but its calls are written down.
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>();
  return { ...real, argon2: vi.fn(real.argon2) };
});

describe('argon2id', () => {
  const cheap = new Argon2Passwords({ memoryKib: 64, passes: 1, lanes: 1 });

  test('each hash is a different PHC string, and matches only its password', async () => {
    const [one, two] = await Promise.all([cheap.hash('secret'), cheap.hash('secret')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await cheap.verify('secret', one)).toBe(true);
    expect(await cheap.verify('Secret', one)).toBe(false);
    expect(await cheap.verify('', one)).toBe(false);
  });

  test('a hash with other parameters still verifies, and needs a rehash', async () => {
    const other = new Argon2Passwords({ memoryKib: 128, passes: 2, lanes: 1 });
    const hash = await other.hash('secret');
    expect(await cheap.verify('secret', hash)).toBe(true);
    expect([cheap.needsRehash(hash), other.needsRehash(hash)]).toEqual([true, false]);
    for (const cost of [
      { memoryKib: 64, passes: 2, lanes: 1 },
      { memoryKib: 64, passes: 1, lanes: 2 },
    ]) {
      expect(cheap.needsRehash(await new Argon2Passwords(cost).hash('secret'))).toBe(true);
    }
  });

  test('a hash with a shorter salt or tag needs a rehash', async () => {
    const [, , version, cost, salt = '', tag = ''] = (await cheap.hash('secret')).split('$');
    const of = (saltText: string, tagText: string) => `$argon2id$${version}$${cost}$${saltText}$${tagText}`;
    expect(cheap.needsRehash(of(salt, tag))).toBe(false);
    expect(cheap.needsRehash(of(salt, tag.slice(0, 24)))).toBe(true);
    expect(cheap.needsRehash(of(salt.slice(0, 16), tag))).toBe(true);
  });

  test('verifying a hash with cheaper parameters takes as long as a current one, by real work', async () => {
    const clock = { ms: 0 };
    const passwords = new Argon2Passwords({ memoryKib: 46_000, passes: 1, lanes: 1 }, () => clock.ms);
    const cheaper = await new Argon2Passwords({ memoryKib: 1000, passes: 2, lanes: 1 }).hash('secret');
    const verifying = async (password: string, hash: string | undefined) => {
      vi.mocked(argon2).mockClear();
      const from = clock.ms;
      expect(await passwords.verify(password, hash)).toBe(password === 'secret' && hash !== undefined);
      const work = vi.mocked(argon2).mock.calls.map(([, { memory, passes }]) => memory * passes);
      return { ms: clock.ms - from, work: work.reduce((sum, one) => sum + one, 0) };
    };
    const real = vi.mocked(argon2).getMockImplementation();
    // As on a real machine: a large hash takes longer than its work alone.
    vi.mocked(argon2).mockImplementation((algorithm, parameters, callback) => {
      clock.ms += (parameters.memory * parameters.passes * (parameters.memory > 32_768 ? 2 : 1)) / 1000;
      return real?.(algorithm, parameters, callback);
    });
    const first = await verifying('wrong', cheaper);
    expect(first.work).toBe(2000 + 46_000);
    const today = await verifying('wrong', undefined);
    for (const password of ['wrong', 'secret']) {
      const { ms, work } = await verifying(password, cheaper);
      expect(Math.abs(ms - today.ms)).toBeLessThan(0.1);
      expect(work).toBeGreaterThan(46_000);
    }
    vi.mocked(argon2).mockImplementation(real ?? (() => undefined));
  });

  test('an unknown user costs what a known one does', async () => {
    const passwords = new Argon2Passwords();
    const work = async (stored: string | undefined) => {
      vi.mocked(argon2).mockClear();
      expect(await passwords.verify('wrong', stored)).toBe(false);
      return vi
        .mocked(argon2)
        .mock.calls.map(([algorithm, { message: _m, nonce, ...cost }]) => [algorithm, cost, (nonce as Buffer).length]);
    };
    const known = await work(await passwords.hash('secret'));
    expect(known).toEqual([['argon2id', { memory: 47_104, passes: 1, parallelism: 1, tagLength: 32 }, 16]]);
    expect(await work(undefined)).toEqual(known);
  });

  test.each([
    '',
    'secret',
    '$2b$10$abc',
    '$argon2i$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA',
    '$argon2id$v=19$m=9000000,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  ])('an unusable hash costs as much as an unknown user, and matches no password: %j', async (hash) => {
    expect(cheap.isUsable(hash)).toBe(false);
    vi.mocked(argon2).mockClear();
    expect(await cheap.verify('secret', hash)).toBe(false);
    expect(vi.mocked(argon2).mock.calls.map(([kind, { memory, passes }]) => [kind, memory, passes])).toEqual([
      ['argon2id', 64, 1],
    ]);
  });

  test('are those that OWASP recommends for one pass', () => {
    expect(argon2Cost).toEqual({ memoryKib: 47_104, passes: 1, lanes: 1 });
  });
});
