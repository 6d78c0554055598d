import { expect, test } from 'vitest';
import type { Account } from '../../../lambda/core/account.ts';
import { type Item, loginKey, toAccountItem } from '../../../lambda/store/items.ts';
import { check } from '../../../verification/import/check.ts';
import { accountOf, personOf } from '../../../verification/import/people.ts';

/** The comparison of the import drill finds what an import could lose, double or change. */

const users = 12;

function itemsOf(number: number): Item[] {
  const person = personOf(1, number);
  const account = { subject: `generated-${number}`, ...accountOf(person) } as unknown as Account;
  const { subject } = account;
  return [toAccountItem(account, 'write'), ...person.names.map((name) => ({ ...loginKey(name), subject }))];
}

const all = () => Array.from({ length: users }, (_, number) => itemsOf(number));

async function* inPages(items: readonly Item[]) {
  for (let at = 0; at < items.length; at += 5) yield items.slice(at, at + 5);
}

const checked = (items: readonly Item[][]) => check(inPages(items.flat()), 1, users);

test('a complete table', async () => {
  expect(await checked(all())).toBe(all().flat().length);
});

test.each([
  ['an account with its names', (items: Item[][]) => items.with(4, []), 'user 4 has no account'],
  ['the last one', (items: Item[][]) => items.slice(0, -1), 'user 11 has no account'],
  ['an account alone', (items: Item[][]) => items.with(4, items[4]?.slice(1) ?? []), 'user 4 has no account'],
  ['a name', (items: Item[][]) => items.with(4, items[4]?.slice(0, -1) ?? []), 'there are 17 names, not 18'],
])('%s is missing', async (_, without, reason) => {
  await expect(checked(without(all()))).rejects.toThrow(reason);
});

test('an account twice, one that differs, and a name that leads elsewhere', async () => {
  const [account = {}, ...names] = itemsOf(4);
  await expect(checked([...all(), [{ ...account, pk: 'USER#other' }]])).rejects.toThrow('user 4 has two accounts');
  const changed = [[{ ...account, status: 'disabled' }, ...names]];
  await expect(checked([...all().toSpliced(4, 1), ...changed])).rejects.toThrow('user 4 differs');
  const astray = [[account, ...names.map((name) => ({ ...name, subject: 'subject-5' }))]];
  await expect(checked([...all().toSpliced(4, 1), ...astray])).rejects.toThrow(
    'does not lead to the account of user 4',
  );
});
