import type { Item } from '../source/records.ts';

/** A user of another system as an account, not yet validated. */
export interface Draft {
  /** Absent if the system has none; a random subject is generated. */
  readonly subject?: string | undefined;
  readonly username?: string | undefined;
  readonly email?: string | undefined;
  readonly disabled?: boolean;
  readonly claims?: unknown;
  /** The hash in that system's format. */
  readonly foreignHash?: string | undefined;
}

/** Converts a draft to a line of Pawl's own format. */
export function lineOf({ disabled = false, foreignHash, ...draft }: Draft): Item {
  const line = { ...draft, status: disabled ? 'disabled' : 'active', passwordHash: foreignHash };
  return Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined));
}

/** The export of one system. */
export interface Format {
  /** Whether a record has the members of this system's export. */
  readonly fits: (item: Item) => boolean;
  /** Columns of a CSV file without a header. */
  readonly columns?: readonly string[];
  /** @throws Unfit for a user that cannot be an account */
  readonly read: (item: Item, nowMs: number) => Draft;
}

/** A user that cannot be an account, and why. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

export const has = (item: Item, ...names: readonly string[]): boolean =>
  names.every((name) => Object.hasOwn(item, name));

/**
 * The first of the members that is a text or a number, as text; `undefined` if none is.
 *
 * @throws Unfit for a number that JSON does not carry exactly: two ids could become one
 */
export function textOf(item: Item, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value !== 'number') continue;
    if (!Number.isSafeInteger(value)) throw new Unfit(`${name} is a number that is not exact: export it as text`);
    return String(value);
  }
  return undefined;
}

const flags: Readonly<Record<string, boolean>> = { true: true, t: true, 1: true, false: false, f: false, 0: false };

/**
 * The first of the members that is present, as a boolean: JSON's, a number, a spreadsheet's TRUE, or PostgreSQL's t.
 *
 * @returns `undefined` if all are absent
 * @throws Unfit for any other value: a blocked user must not become an active one
 */
export function flagOf(item: Item, ...names: readonly string[]): boolean | undefined {
  for (const name of names) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    if (value === undefined || value === null || value === '') continue;
    const text = String(value).toLowerCase();
    if (!Object.hasOwn(flags, text)) throw new Unfit(`${name} is neither true nor false`);
    return flags[text];
  }
  return undefined;
}

/** A member that is an object, or the JSON of one; empty if absent or null. @throws Unfit for any other value */
export function objectOf(item: Item, name: string): Item {
  let value = Object.hasOwn(item, name) ? item[name] : undefined;
  try {
    if (typeof value === 'string') value = value === '' ? null : JSON.parse(value);
  } catch {
    throw new Unfit(`${name} is not JSON`);
  }
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new Unfit(`${name} is not a JSON object`);
  return value as Item;
}

/** The username of a user without one: the address, or the phone number if only that is verified. */
export function chosenName(
  email: { readonly text: string | undefined; readonly isVerified: boolean },
  phone: { readonly text: string | undefined; readonly isVerified: boolean },
): string | undefined {
  return phone.isVerified && !email.isVerified ? (phone.text ?? email.text) : (email.text ?? phone.text);
}

/**
 * The names that a user logs in with. If there is a username, an address that the other system has not verified is
 * omitted: it may belong to someone else.
 */
export function namesFrom(
  username: string | undefined,
  email: string | undefined,
  isVerified: boolean,
): Pick<Draft, 'username' | 'email'> {
  if (username === undefined && email === undefined) throw new Unfit('it has neither a username nor an e-mail address');
  if (username === undefined) return { username: email, email };
  return { username, email: isVerified ? email : undefined };
}
