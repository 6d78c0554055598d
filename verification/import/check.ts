import { isDeepStrictEqual } from 'node:util';
import { accountKey, type Item, type Key, loginKey } from '../../lambda/store/items.ts';
import { toAccount } from '../../lambda/store/read-items.ts';
import { accountOf, personOf } from './people.ts';

/** What the comparison reads of a table. */
export interface Reads {
  /** @param keys at most 100, without duplicates @returns the items that exist, in any order */
  read(keys: readonly Key[]): Promise<readonly Item[]>;
  itemCount(): Promise<number>;
}

/** With two names each, 50 people are the 100 keys of one request. */
const peopleAtOnce = 50;

/**
 * Compares a table with the file that was imported into it: every person has one account, as its line says, every
 * name leads to it, and there is nothing else. Reads by key, because the local table scans slowly when it is large.
 *
 * @param progress called with the number of people compared
 * @returns how many items there are
 * @throws Error with the first difference
 */
export async function check(
  reads: Reads,
  { seed, users }: { readonly seed: number; readonly users: number },
  progress: (compared: number) => void = () => {},
): Promise<number> {
  let items = 0;
  for (let from = 0; from < users; from += peopleAtOnce) {
    const numbers = Array.from({ length: Math.min(peopleAtOnce, users - from) }, (_, index) => from + index);
    items += await checkPeople(numbers, seed, reads);
    progress(from + numbers.length);
  }
  const count = await reads.itemCount();
  if (count !== items) throw new Error(`the table has ${count} items, not ${items}`);
  return items;
}

async function checkPeople(numbers: readonly number[], seed: number, reads: Reads): Promise<number> {
  const people = numbers.map((number) => ({ number, ...personOf(seed, number) }));
  const names = byPartition(await reads.read(people.flatMap((person) => person.names.map(loginKey))));
  const found = people.map((person) => ({ person, subject: subjectOf(person, names) }));
  const subjects = [...new Set(found.map(({ subject }) => subject))];
  const accounts = byPartition(await reads.read(subjects.map(accountKey)));
  for (const { person, subject } of found) {
    const item = accounts.get(String(accountKey(subject).pk));
    if (item === undefined) throw new Error(`user ${person.number} has no account`);
    const { subject: expectedSubject = subject, ...expected } = accountOf(person);
    const { subject: own, ...rest } = toAccount(item);
    if (own !== expectedSubject || !isDeepStrictEqual({ ...rest }, { ...expected }))
      throw new Error(`user ${person.number} differs`);
  }
  return people.reduce((sum, person) => sum + 1 + person.names.length, 0);
}

/** The subject that every name of a person leads to. */
function subjectOf({ number, names }: { number: number; names: readonly string[] }, items: Map<string, Item>): string {
  const subjects = names.map((name) => items.get(String(loginKey(name).pk))?.subject);
  const [subject] = subjects;
  if (typeof subject !== 'string' || subjects.includes(undefined))
    throw new Error(`user ${number} cannot log in by ${names[subjects.indexOf(undefined)]}`);
  if (subjects.some((other) => other !== subject)) throw new Error(`the names of user ${number} lead to two accounts`);
  return subject;
}

const byPartition = (items: readonly Item[]) => new Map(items.map((item) => [String(item.pk), item]));
