import { type Account, isNameOf } from '../core/account.ts';
import { NameTaken } from '../core/account-store.ts';
import { readItem, type Table } from './dynamo.ts';
import { accountKey, isDeleted, toAccountItem } from './items.ts';
import { LoginNames } from './login-names.ts';
import { putNewAccount } from './put-new.ts';
import { toAccount } from './read-items.ts';

/** The result of placing an account in the table as is. */
export type Placed =
  | { readonly outcome: 'created' }
  /** The table has an account under this subject and username. It was left as it is. */
  | { readonly outcome: 'present' }
  | { readonly outcome: 'refused'; readonly because: string };

/**
 * Puts accounts into the table that come from elsewhere: an export, or a restored backup. Nothing that is there is changed.
 * Names are claimed first and the account makes them count, as at its creation: after a crash in between, the same account
 * is placed by the next attempt.
 */
export class AccountPlacer {
  readonly #table: Table;
  readonly #names: LoginNames;
  readonly #newOperationId: () => string;

  constructor(table: Table, newOperationId: () => string) {
    this.#table = table;
    this.#names = new LoginNames(table);
    this.#newOperationId = newOperationId;
  }

  /** @throws GrantRefused, Unavailable, Fault */
  async place(account: Account, nowMs: number): Promise<Placed> {
    const found = await this.#lookUp(account);
    if (found !== undefined) return found;
    const operationId = this.#newOperationId();
    const item = toAccountItem(account, operationId);
    const { subject } = account;
    const claimed: string[] = [];
    try {
      for (const name of namesOf(account)) {
        await this.#names.claim({ name, subject, operationId, nowMs });
        claimed.push(name);
      }
    } catch (error) {
      if (!(error instanceof NameTaken)) throw error;
      for (const name of claimed) await this.#names.release(name, operationId);
      return taken(error.taken);
    }
    if (await putNewAccount(this.#table, subject, item, operationId)) return { outcome: 'created' };
    // Another run placed it at the same time, and the names are its own.
    return (await this.#lookUp(account)) ?? { outcome: 'refused', because: 'the account was changed meanwhile' };
  }

  /** What {@link place} would do, without a write. */
  async wouldPlace(account: Account): Promise<Placed> {
    const found = await this.#lookUp(account);
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

  async #lookUp({ subject, username }: Account): Promise<Placed | undefined> {
    const item = await readItem(this.#table, accountKey(subject));
    if (item === undefined) return undefined;
    if (isDeleted(item)) return { outcome: 'refused', because: `the subject ${subject} was deleted` };
    if (toAccount(item).username === username) return { outcome: 'present' };
    return { outcome: 'refused', because: `the subject ${subject} belongs to another username` };
  }
}

const namesOf = ({ username, email }: Account): readonly string[] =>
  [...new Set([username, email])].filter((name) => name !== undefined);

const taken = (name: string): Placed => ({ outcome: 'refused', because: `${name} is taken` });
