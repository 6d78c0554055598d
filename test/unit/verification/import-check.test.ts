import { expect, test } from 'vitest';
import type { Account } from '../../../lambda/core/account.ts';
import { type Item, type Key, loginKey, toAccountItem } from '../../../lambda/store/items.ts';
import { check } from '../../../verification/import/check.ts';
import { accountOf, personOf } from '../../../verification/import/people.ts';

/** The comparison of the import drill finds what an import could lose, duplicate or change. */

const users = 120;

function itemsOf(number: number): Item[] {
  const person = personOf(1, number);
  const account = { subject: `generated-${number}`, ...accountOf(person) } as unknown as Account;
  const { subject } = account;
  return [toAccountItem(account, 'write'), ...person.names.map((name) => ({ ...loginKey(name), subject }))];
}

const all = () => Array.from({ length: users }, (_, number) => itemsOf(number));

function checked(people: readonly Item[][]): Promise<number> {
  const items = people.flat();
  const reads = {
    read: async (keys: readonly Key[]) => {
      // As DynamoDB refuses them.
      expect(keys.length).toBeLessThanOrEqual(100);
      expect(new Set(keys.map(({ pk }) => pk)).size).toBe(keys.length);
      return items.filter((item) => keys.some(({ pk, sk }) => item.pk === pk && item.sk === sk)).reverse();
    },
    itemCount: async () => items.length,
  };
  return check(reads, { seed: 1, users });
}

test('a complete table', async () => {
  expect(await checked(all())).toBe(all().flat().length);
});

test.each([
  ['an account with its names', (items: Item[][]) => items.with(4, []), 'user 4 cannot log in by user-4'],
  ['the last one', (items: Item[][]) => items.slice(0, -1), 'user 119 cannot log in by user-119'],
  ['an account alone', (items: Item[][]) => items.with(4, items[4]?.slice(1) ?? []), 'user 4 has no account'],
  ['a name', (items: Item[][]) => items.with(4, items[4]?.slice(0, -1) ?? []), 'cannot log in by mail-4@example.com'],
])('%s is missing', async (_, without, reason) => {
  await expect(checked(without(all()))).rejects.toThrow(reason);
});

test('an account twice, a name too many, an account that differs', async () => {
  const [account = {}, ...names] = itemsOf(4);
  const count = all().flat().length;
  const tooMany = `the table has ${count + 1} items, not ${count}`;
  await expect(checked([...all(), [{ ...account, pk: 'USER#other' }]])).rejects.toThrow(tooMany);
  await expect(checked([...all(), [{ ...loginKey('other'), subject: 'subject-4' }]])).rejects.toThrow(tooMany);
  await expect(checked(all().with(4, [{ ...account, status: 'disabled' }, ...names]))).rejects.toThrow(
    'user 4 differs',
  );
});

test('names that lead elsewhere', async () => {
  const [account = {}, ...names] = itemsOf(4);
  const astray = (name: Item) => ({ ...name, subject: 'subject-5' });
  await expect(checked(all().with(4, [account, ...names.map(astray)]))).rejects.toThrow('user 4 differs');
  const [first = {}, second = {}] = names;
  await expect(checked(all().with(4, [account, first, astray(second)]))).rejects.toThrow(
    'the names of user 4 lead to two accounts',
  );
});
