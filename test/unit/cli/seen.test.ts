import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Seen } from '../../../cli/transfer/seen.ts';
import type { Account } from '../../../lambda/core/account.ts';

const account = (changes: Partial<Account>): Account => ({
  ...{ subject: 's', username: 'u', status: 'active', epoch: 0, claims: {}, scopes: [] },
  ...changes,
});

test('finds a username, an address and a subject of an earlier line, with its number', () => {
  const seen = new Seen();
  expect(
    seen.note(account({ subject: 's1', username: 'alice', email: 'alice@example.com' }), false, 3),
  ).toBeUndefined();
  const later = (changes: Partial<Account>, generated = false) =>
    seen.note(account({ subject: 's2', username: 'bob', ...changes }), generated, 9);
  expect(later({ username: 'alice' })).toEqual({ what: 'alice', number: 3 });
  expect(later({ email: 'alice@example.com' })).toEqual({ what: 'alice@example.com', number: 3 });
  expect(later({ username: 'alice@example.com' })).toEqual({ what: 'alice@example.com', number: 3 });
  expect(later({ subject: 's1' })).toEqual({ what: 'the subject s1', number: 3 });
  // Generated subjects are not part of the file, and a refused line reserves no name.
  expect(later({ subject: 's1' }, true)).toBeUndefined();
  expect(later({ username: 'bob' })).toEqual({ what: 'bob', number: 9 });
});

test('finds the same as a map, however often it grows', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 300 }), (names) => {
      const seen = new Seen(4);
      const map = new Map<string, number>();
      for (const [at, username] of names.entries()) {
        const found = seen.note(account({ username }), true, at + 1);
        expect(found?.number).toBe(map.get(username));
        if (found === undefined) map.set(username, at + 1);
      }
    }),
  );
});
