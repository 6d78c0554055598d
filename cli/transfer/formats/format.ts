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

/** A member as text; `undefined` if it is empty or not text. */
export function textOf(item: Item, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

/** A member as a boolean: JSON's, a spreadsheet's TRUE, or PostgreSQL's t. */
export function flagOf(item: Item, ...names: readonly string[]): boolean {
  return names.some(
    (name) => item[name] === true || ['true', 't', '1'].includes(textOf(item, name)?.toLowerCase() ?? ''),
  );
}

/** A member that is an object, or the JSON of one. @throws Unfit for JSON that is malformed */
export function objectOf(item: Item, name: string): Item {
  const value = item[name];
  if (typeof value === 'object' && value !== null) return value as Item;
  const text = textOf(item, name);
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as Item;
  } catch {
    throw new Unfit(`${name} is not JSON`);
  }
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
