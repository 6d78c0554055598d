import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../../lambda/core/account.ts';
import type { Item } from '../../lambda/store/items.ts';
import { toAccount } from '../../lambda/store/read-items.ts';
import { accountOf, personOf } from './people.ts';

/**
 * Compares a table with the file that was imported into it: every person has one account, as its line says, every
 * name leads to it, and there is nothing else.
 *
 * @param pages of the table
 * @returns how many items there are
 * @throws Error with the first difference
 */
export async function check(pages: AsyncIterable<readonly Item[]>, seed: number, users: number): Promise<number> {
  // Filled: methods of arrays skip holes, and a missing account would not be seen.
  const subjects = new Array<string | undefined>(users).fill(undefined);
  const names: [name: string, subject: string][] = [];
  let items = 0;
  for await (const page of pages) {
    for (const item of page) {
      items += 1;
      const [, name] = /^LOGIN#(.*)$/.exec(String(item.pk)) ?? [];
      if (name === undefined) noteAccount(toAccount(item), { seed, subjects });
      else names.push([name, String(item.subject)]);
    }
  }
  const missing = subjects.indexOf(undefined);
  if (missing !== -1 || subjects.length !== users) throw new Error(`user ${missing} has no account`);
  const wanted = subjects.reduce((sum, _, number) => sum + personOf(seed, number).names.length, 0);
  if (names.length !== wanted) throw new Error(`there are ${names.length} names, not ${wanted}`);
  for (const [name, subject] of names) {
    const number = numberOf(name);
    if (subjects[number] !== subject) throw new Error(`${name} does not lead to the account of user ${number}`);
    if (!personOf(seed, number).names.includes(name)) throw new Error(`${name} is not a name of user ${number}`);
  }
  return items;
}

function noteAccount(account: Account, { seed, subjects }: { seed: number; subjects: (string | undefined)[] }): void {
  const number = numberOf(account.username);
  if (subjects[number] !== undefined) throw new Error(`user ${number} has two accounts`);
  const person = personOf(seed, number);
  const { subject, ...rest } = account;
  const { subject: given = subject, ...expected } = accountOf(person);
  if (given !== subject || !isDeepStrictEqual({ ...rest }, { ...expected })) throw new Error(`user ${number} differs`);
  subjects[number] = subject;
}

const numberOf = (name: string): number => Number(/-(\d+)/.exec(name)?.[1]);
