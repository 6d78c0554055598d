import { table as names } from '../contract/table.ts';
import { counterKeys } from '../core/guessing.ts';
import { type Hashing, hashText } from '../core/hash-text.ts';
import { guessLimits, recentWindows } from '../core/throttle.ts';
import { countedName } from '../core/username.ts';
import { DeleteCommand, QueryCommand, UpdateCommand } from './document-client.ts';
import { conditionalWrite, readItem, request, type Table } from './dynamo.ts';
import { accountKey, isDeleted, type Key, loginKey, partitionOf, sessionKey, throttleKey } from './items.ts';

/** An account that is deleted or being deleted. */
export interface DeletedAccount {
  readonly subject: string;
  /** Names still on its item: username and e-mail address, until the deletion is complete. */
  readonly names: readonly string[];
}

/** The steps of deleting a user. Each can be repeated. */
export class AccountRemoval {
  readonly #table: Table;
  readonly #hashing: Hashing;

  constructor(table: Table, hashing: Hashing) {
    this.#table = table;
    this.#hashing = hashing;
  }

  /** @returns `undefined` if there is no account, or if it is not deleted */
  async find(subject: string): Promise<DeletedAccount | undefined> {
    const item = await readItem(this.#table, accountKey(subject));
    if (item === undefined || !isDeleted(item)) return undefined;
    return { subject, names: [item.username, item.email].filter((name) => typeof name === 'string') };
  }

  /** One write, after which every session has ended and no login succeeds. Returns whether the account exists. */
  async mark(subject: string, nowMs: number): Promise<boolean> {
    return this.#update(subject, {
      ConditionExpression: 'attribute_exists(pk)',
      // Older versions of the service ignore `deletedAt`; to them, the user is disabled.
      UpdateExpression:
        'SET deletedAt = if_not_exists(deletedAt, :now), #status = :disabled, epoch = epoch + :one, claims = :none, ' +
        '#scope = :empty REMOVE passwordHash, passwordExpiresAt, kept, networks',
      ExpressionAttributeNames: { '#status': 'status', '#scope': 'scope' },
      ExpressionAttributeValues: { ':now': nowMs, ':disabled': 'disabled', ':one': 1, ':none': {}, ':empty': '' },
    });
  }

  /** Deletes the sessions and tombstones, after the counters of their devices. @returns how many */
  async deleteSessions(subject: string, nowMs: number): Promise<number> {
    let count = 0;
    for (;;) {
      const ids = await this.#sessionIds(subject);
      if (ids.length === 0) return count;
      const counters = ids.flatMap((id) => this.#windows(counterKeys.device(id), guessLimits.device.windowMs, nowMs));
      await this.#deleteAll(counters);
      await this.#deleteAll(ids.map((id) => sessionKey(subject, id)));
      count += ids.length;
    }
  }

  /** Deletes the attempt counters of a name. */
  async deleteCounters(name: string, nowMs: number): Promise<void> {
    const counted = countedName(name);
    if (counted === undefined) return;
    const hash = hashText(counted, this.#hashing);
    const { username, ownNetworks } = guessLimits;
    await this.#deleteAll([
      ...this.#windows(counterKeys.username(hash), username.windowMs, nowMs),
      ...this.#windows(counterKeys.ownNetworks(hash), ownNetworks.windowMs, nowMs),
    ]);
  }

  /** Releases a name, unless it now leads to another user. */
  async release(name: string, subject: string): Promise<void> {
    const key = loginKey(name);
    const command = new DeleteCommand({
      TableName: this.#table.name,
      Key: key,
      ConditionExpression: 'subject = :subject',
      ExpressionAttributeValues: { ':subject': subject },
    });
    await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
  }

  /** Removes the names from the item, which then contains nothing about the user. */
  async strip(subject: string): Promise<void> {
    await this.#update(subject, {
      ConditionExpression: 'attribute_exists(deletedAt)',
      UpdateExpression: 'REMOVE username, email, operationId',
    });
  }

  async #update(
    subject: string,
    expressions: {
      readonly ConditionExpression: string;
      readonly UpdateExpression: string;
      readonly ExpressionAttributeNames?: Record<string, string>;
      readonly ExpressionAttributeValues?: Record<string, unknown>;
    },
  ): Promise<boolean> {
    const key = accountKey(subject);
    const command = new UpdateCommand({ TableName: this.#table.name, Key: key, ...expressions });
    return (await conditionalWrite(this.#table, key, () => this.#table.client.send(command))).applied;
  }

  async #sessionIds(subject: string): Promise<readonly string[]> {
    const command = new QueryCommand({
      TableName: this.#table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :session)',
      ExpressionAttributeValues: { ':pk': partitionOf(subject), ':session': 'SESSION#' },
      ConsistentRead: true,
      Limit: 25,
    });
    const { Items = [] } = await request(() => this.#table.client.send(command));
    return Items.map((item) => String(item[names.sortKey]).replace(/^SESSION#/, ''));
  }

  #windows(key: string, windowMs: number, nowMs: number): readonly Key[] {
    return recentWindows(key, nowMs, windowMs).map((number) => throttleKey(key, number));
  }

  async #deleteAll(keys: readonly Key[]): Promise<void> {
    const { name, client } = this.#table;
    const remove = (key: Key) => request(() => client.send(new DeleteCommand({ TableName: name, Key: key })));
    for (let start = 0; start < keys.length; start += 25) {
      await Promise.all(keys.slice(start, start + 25).map(remove));
    }
  }
}
