import { namesOf } from '../core/account.ts';
import { GrantRefused } from '../core/claims.ts';
import { settleAll } from '../core/settle-all.ts';
import { loginNameOf } from '../core/username.ts';
import type { Table } from './dynamo.ts';
import { accountKey, type Item, toAccountItem } from './items.ts';
import { nameItem } from './login-names.ts';
import { type AccountPlacer, type Arrival, judge, type Placed } from './place-account.ts';
import { readMany } from './read-many.ts';
import { maxTransactionItems, NoTransactions, putAllNew } from './transact-puts.ts';

/** Maximum number of items of an account: itself and two names. */
const itemsOfOne = 3;

/** Number of accounts that always fit into one transaction. */
export const accountsPerBatch = Math.floor(maxTransactionItems / itemsOfOne);

/** Number of accounts of a batch that are placed individually at the same time. */
const singles = 4;

/** An account with its items; `undefined` if it must be placed individually. */
interface Waiting {
  readonly at: number;
  readonly arrival: Arrival;
  readonly items: readonly Item[] | undefined;
}

/** An account whose username leads to a subject. */
interface Named {
  readonly waiting: Waiting;
  readonly subject: string;
}

/**
 * Places accounts in transactions, each account completely or not at all. An {@link AccountPlacer} places accounts that
 * conflict with existing items, or that need more than new items.
 */
export class PlacingBatch {
  /** One result for each account; `undefined` while unknown. */
  readonly placed: (Placed | undefined)[];
  readonly #table: Table;
  readonly #placer: AccountPlacer;
  readonly #nowMs: () => number;
  #waiting: Waiting[] = [];

  constructor(
    arrivals: readonly Arrival[],
    { table, placer, nowMs }: { table: Table; placer: AccountPlacer; nowMs: () => number },
  ) {
    this.#table = table;
    this.#placer = placer;
    this.#nowMs = nowMs;
    this.placed = arrivals.map(() => undefined);
    const keys = new Set<unknown>();
    for (const [at, arrival] of arrivals.entries()) this.#enter(at, arrival, keys);
  }

  /**
   * Continues until every account has its result. After an error, call it again: completed work is kept.
   *
   * @param share of the usual size of a transaction, for a table that throttles
   * @throws Unavailable, Fault
   */
  async advance(share = 1): Promise<void> {
    const size = Math.max(itemsOfOne, Math.floor(maxTransactionItems * share));
    for (let chunk = this.#next(size); chunk.length > 0; chunk = this.#next(size)) await this.#transact(chunk);
    await settleAll(Array.from({ length: singles }, () => this.#placeSingles()));
  }

  #enter(at: number, arrival: Arrival, keys: Set<unknown>): void {
    try {
      const items = itemsOf(arrival, this.#nowMs());
      // A transaction cannot write the same item twice.
      const own = items?.map(({ pk }) => pk) ?? [];
      const isAlone = own.some((key) => keys.has(key));
      for (const key of own) keys.add(key);
      this.#waiting.push({ at, arrival, items: isAlone ? undefined : items });
    } catch (error) {
      if (!(error instanceof GrantRefused)) throw error;
      this.placed[at] = { outcome: 'refused', because: error.message };
    }
  }

  /** The next accounts whose items fit into one transaction of this size. */
  #next(size: number): Waiting[] {
    let count = 0;
    return this.#waiting.filter(({ items }) => {
      if (items === undefined || count + items.length > size) return false;
      count += items.length;
      return true;
    });
  }

  async #transact(chunk: readonly Waiting[]): Promise<void> {
    try {
      const inTheWay = await putAllNew(
        this.#table,
        chunk.flatMap(({ items }) => items ?? []),
      );
      const named: Named[] = [];
      let first = 0;
      for (const waiting of chunk) {
        const { length } = waiting.items ?? [];
        named.push(...this.#settle(waiting, inTheWay?.slice(first, first + length)));
        first += length;
      }
      if (named.length > 0) await this.#recognise(named);
    } catch (error) {
      if (!(error instanceof NoTransactions)) throw error;
      for (const waiting of chunk) this.#setApart(waiting);
    }
  }

  /**
   * A cancelled transaction writes nothing: accounts without a conflict wait for the next one.
   *
   * @returns the account, if it may already exist under an earlier generated subject
   */
  #settle(waiting: Waiting, inTheWay: readonly (Item | undefined)[] | undefined): readonly Named[] {
    const { at, arrival } = waiting;
    // The account's own item comes first, then its username's. Not every engine returns them.
    const [there, name] = inTheWay ?? [];
    if (inTheWay === undefined) this.#finish(at, { outcome: 'created' });
    else if (there?.pk !== undefined) this.#finish(at, judge(arrival.account, there, arrival.operationId));
    else if (arrival.generated && typeof name?.subject === 'string') return [{ waiting, subject: name.subject }];
    else if (inTheWay.some((item) => item !== undefined)) this.#setApart(waiting);
    return [];
  }

  /** Finds accounts that an earlier run created, with a single read. */
  async #recognise(named: readonly Named[]): Promise<void> {
    const items = await readMany(this.#table, [...new Set(named.map(({ subject }) => subject))].map(accountKey));
    for (const { waiting, subject } of named) {
      const { account, operationId } = waiting.arrival;
      const item = items.find(({ pk }) => pk === accountKey(subject).pk);
      const placed = item && judge({ ...account, subject }, item, operationId);
      if (placed === undefined || placed.outcome === 'refused') this.#setApart(waiting);
      else this.#finish(waiting.at, placed);
    }
  }

  #setApart(waiting: Waiting): void {
    this.#waiting = this.#waiting.map((each) => (each === waiting ? { ...each, items: undefined } : each));
  }

  #finish(at: number, placed: Placed): void {
    this.placed[at] = placed;
    this.#waiting = this.#waiting.filter((each) => each.at !== at);
  }

  async #placeSingles(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        // A throttled batch may have waited for longer than a claim without an account lasts.
        this.placed[next.at] = await this.#placer.place(next.arrival, this.#nowMs());
      } catch (error) {
        this.#waiting.push(next);
        throw error;
      }
    }
  }
}

/**
 * The items of a new account, its own first; `undefined` if a name has a spelling of earlier versions that must be
 * looked up.
 */
function itemsOf({ account, operationId }: Arrival, nowMs: number): readonly Item[] | undefined {
  const item = toAccountItem(account, operationId);
  const names = namesOf(account);
  if (names.some((name) => loginNameOf(name).legacy !== undefined)) return undefined;
  const { subject } = account;
  return [item, ...names.map((name) => nameItem({ name, subject, operationId, nowMs }))];
}
