import { type Account, isNameOf, namesOf } from '../core/account.ts';
import { NameTaken } from '../core/account-store.ts';
import type { Fault } from '../core/errors.ts';
import { normaliseUsername } from '../core/username.ts';
import { readItem, type Table } from './dynamo.ts';
import { accountKey, type Item, isDeleted, toAccountItem } from './items.ts';
import { LoginNames } from './login-names.ts';
import { brokenOnly, isBroken } from './parse.ts';
import { putNewAccount } from './put-new.ts';
import { toAccount } from './read-items.ts';

/** An account to place in the table. */
export interface Arrival {
  readonly account: Account;
  /** Whether its subject was generated for this attempt, because the source has none. */
  readonly generated: boolean;
  /** Identifies its writes and their repetitions. */
  readonly operationId: string;
}

/** The result of placing an account in the table as is. */
export type Placed =
  | { readonly outcome: 'created' }
  /** The table already has an account with this subject and username, which stays unchanged. */
  | { readonly outcome: 'present' }
  | {
      readonly outcome: 'refused';
      readonly because: string;
      /** The reason without names and subjects, if it has any. */
      readonly kind?: string;
    };

/**
 * Places accounts from an export or a restored backup in the table. Existing items are not changed. As when an account
 * is created, the names are claimed first and the account makes them valid. After a crash in between, the next attempt
 * places the same account. {@link PlacingBatch} does the same for many accounts at once.
 */
export class AccountPlacer {
  readonly #table: Table;
  readonly #names: LoginNames;

  constructor(table: Table) {
    this.#table = table;
    this.#names = new LoginNames(table);
  }

  /** @throws GrantRefused, Unavailable, Fault except for a broken item, which is a refusal */
  async place(arrival: Arrival, nowMs: number): Promise<Placed> {
    return refuseIfBroken(() => this.#place(arrival, nowMs));
  }

  async #place(arrival: Arrival, nowMs: number): Promise<Placed> {
    const { operationId } = arrival;
    const account = await this.#withSubject(arrival);
    const found = await this.#lookUp(account, operationId);
    if (found !== undefined) return found;
    const item = toAccountItem(account, operationId);
    const { subject } = account;
    const claimed: string[] = [];
    try {
      for (const name of namesOf(account)) {
        await this.#names.claim({ name, subject, operationId, nowMs });
        claimed.push(name);
      }
    } catch (error) {
      if (!(error instanceof NameTaken || isBroken(error))) throw error;
      for (const name of claimed) await this.#names.release(name, operationId);
      return isBroken(error) ? unreadable(error) : taken(error.taken);
    }
    if (await putNewAccount(this.#table, subject, item, operationId)) return { outcome: 'created' };
    // Another run placed it at the same time, so the names belong to it.
    return (
      (await this.#lookUp(account, operationId)) ?? { outcome: 'refused', because: 'the account was changed meanwhile' }
    );
  }

  /** The result that {@link place} would have, without a write. */
  async wouldPlace(arrival: Arrival): Promise<Placed> {
    return refuseIfBroken(() => this.#wouldPlace(arrival));
  }

  async #wouldPlace(arrival: Arrival): Promise<Placed> {
    const account = await this.#withSubject(arrival);
    const found = await this.#lookUp(account, arrival.operationId);
    if (found !== undefined) return found;
    toAccountItem(account, '-');
    for (const name of namesOf(account)) {
      const holder = await this.#names.find({ name, legacy: undefined });
      if (holder === undefined || holder === account.subject) continue;
      const item = await readItem(this.#table, accountKey(holder));
      if (item !== undefined && !isDeleted(item) && isNameOf(toAccount(item), name)) return taken(name);
    }
    return { outcome: 'created' };
  }

  /**
   * An earlier, interrupted attempt may have given the username another subject, with or without an account. That
   * subject is used again: a new one would create a second account, or would have to wait until the claim expires.
   */
  async #withSubject({ account, generated }: Arrival): Promise<Account> {
    if (!generated) return account;
    const subject = await this.#names.find({ name: account.username, legacy: undefined });
    if (subject === undefined) return account;
    const item = await readItem(this.#table, accountKey(subject));
    const isOurs = item === undefined || (!isDeleted(item) && toAccount(item).username === account.username);
    return isOurs ? { ...account, subject } : account;
  }

  async #lookUp(account: Account, operationId: string): Promise<Placed | undefined> {
    const item = await readItem(this.#table, accountKey(account.subject));
    return item && judge(account, item, operationId);
  }
}

/** The result for an account whose subject is already in the table. */
export function judge({ subject, username }: Account, there: Item, operationId: string): Placed {
  if (there.operationId === operationId) return { outcome: 'created' };
  if (isDeleted(there)) return refused(`the subject ${subject} was deleted`, 'the subject was deleted');
  return brokenOnly((): Placed => {
    const { username: was } = toAccount(there);
    // An earlier version may have stored it in a different spelling.
    if (was === username || normaliseUsername(was) === username) return { outcome: 'present' };
    return refused(`the subject ${subject} belongs to another username`, 'the subject belongs to another username');
  }, unreadable);
}

async function refuseIfBroken(place: () => Promise<Placed>): Promise<Placed> {
  try {
    return await place();
  } catch (error) {
    if (isBroken(error)) return unreadable(error);
    throw error;
  }
}

const refused = (because: string, kind: string): Placed => ({ outcome: 'refused', because, kind });

/** One broken item must not end the transfer of all others. */
const unreadable = ({ item }: Fault): Placed =>
  refused(`an item of the table cannot be read: ${item}`, 'an item of the table cannot be read');

const taken = (name: string): Placed => refused(`${name} is taken`, 'the username or e-mail address is taken');
