import { createHash } from 'node:crypto';
import { table } from '../contract/table.ts';
import { Fault } from '../core/errors.ts';
import type { Item } from './items.ts';

/**
 * Parses items from the table, attribute by attribute. An item that was edited by hand, partly restored, or written by
 * another tool is a {@link Fault} `item_broken` that names key and attribute, never the content. Unknown attributes are
 * ignored, so a newer version may add some.
 */

export type Check<T> = (value: unknown) => value is T;

/** How each attribute is checked; attributes that may be absent are in `optional`. */
export type Attributes<T> = {
  readonly [N in keyof T]-?: undefined extends T[N]
    ? { readonly optional: Check<Exclude<T[N], undefined>> }
    : Check<T[N]>;
};

export const isText: Check<string> = (value): value is string => typeof value === 'string' && value !== '';
export const isLabel: Check<string> = (value): value is string => typeof value === 'string';
export const isCount: Check<number> = (value): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
export const isMap: Check<Readonly<Record<string, unknown>>> = (value): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
export const isTexts: Check<readonly string[]> = (value): value is readonly string[] =>
  Array.isArray(value) && value.every(isText);
export const oneOf =
  <const T extends string>(...texts: readonly T[]): Check<T> =>
  (value): value is T =>
    texts.some((text) => text === value);

/** @throws Fault `item_broken` */
export function parsed<T>(item: Item, attributes: Attributes<T>): T {
  const known: Item = {};
  for (const [name, rule] of Object.entries<Check<unknown> | { readonly optional: Check<unknown> }>(attributes)) {
    const value = item[name];
    if (value === undefined && typeof rule === 'object') continue;
    const check = typeof rule === 'object' ? rule.optional : rule;
    if (!check(value)) throw broken(item, name);
    known[name] = value;
  }
  // The only cast of an item: each attribute of T was checked above.
  return known as T;
}

/** An attribute that counts from zero. @throws Fault `item_broken` */
export function countOf(item: Item, name: string): number {
  const { [name]: value = 0 } = item;
  if (!isCount(value)) throw broken(item, name);
  return value;
}

/** Subject and session id, as the item's key has them. */
export function ownersOf(item: Item): { subject?: string; sessionId?: string } {
  const [, subject] = /^USER#(.+)$/s.exec(String(item[table.partitionKey])) ?? [];
  const [, sessionId] = /^SESSION#(.+)$/s.exec(String(item[table.sortKey])) ?? [];
  return { ...(subject !== undefined && { subject }), ...(sessionId !== undefined && { sessionId }) };
}

/** Runs `read`; if it throws the {@link Fault} of a broken item, returns the result of `instead`. */
export function brokenOnly<T>(read: () => T, instead: (fault: Fault) => T): T {
  try {
    return read();
  } catch (error) {
    if (isBroken(error)) return instead(error);
    throw error;
  }
}

export function isBroken(error: unknown): error is Fault {
  return error instanceof Fault && error.reason === 'item_broken';
}

/** Identifies the item by its key. A username is hashed, as everywhere in the log. */
export function broken(item: Item, attribute: string): Fault {
  const [pk, sk] = [String(item[table.partitionKey]), String(item[table.sortKey])];
  const [, username] = /^LOGIN#(.*)$/s.exec(pk) ?? [];
  const shown =
    username === undefined ? pk : `LOGIN#sha256:${createHash('sha256').update(username).digest('hex').slice(0, 16)}`;
  return new Fault('item_broken', { ...ownersOf(item), item: `${shown} ${sk}: ${attribute}` });
}
