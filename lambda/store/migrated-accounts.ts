import { type Account, isNameOf, namesOf } from '../core/account.ts';
import { NameTaken } from '../core/account-store.ts';
import { Unavailable } from '../core/errors.ts';
import type { MigratedAccounts, Placement } from '../core/migrating-users.ts';
import type { Codec, Crypto, Random } from '../core/ports.ts';
import { loginNameOf } from '../core/username.ts';
import { PutCommand } from './document-client.ts';
import { conditionalWrite, readItem, type Table } from './dynamo.ts';
import { accountKey, type Item, isDeleted, migrationKey, toAccountItem } from './items.ts';
import { LoginNames } from './login-names.ts';
import { broken, isText } from './parse.ts';
import { putNewAccount } from './put-new.ts';
import { toAccount } from './read-items.ts';

/** Accounts of users who migrate at their first login: ADR 0060. */
export class DynamoMigratedAccounts implements MigratedAccounts {
  readonly #table: Table;
  readonly #names: LoginNames;
  readonly #tools: { readonly crypto: Crypto; readonly codec: Codec; readonly random: Random };

  constructor(table: Table, tools: { readonly crypto: Crypto; readonly codec: Codec; readonly random: Random }) {
    this.#table = table;
    this.#names = new LoginNames(table);
    this.#tools = tools;
  }

  /** The first 16 bytes of an HMAC-SHA-256 with a key of this table, which the first such user creates. */
  async subjectOf(username: string): Promise<string> {
    const { crypto, codec } = this.#tools;
    const key = codec.toUtf8((await this.#readKey()) ?? (await this.#createKey()));
    return codec.toBase64url(crypto.hmacSha256(key, codec.toUtf8(username)).slice(0, 16));
  }

  /**
   * Claims the names first, then creates the account that makes them valid. Claims are not released, because they may
   * belong to a parallel login of the same user. A leftover claim leads nowhere, and can be taken over a minute later.
   */
  async place(account: Account, nowMs: number): Promise<Placement> {
    const { subject } = account;
    const operationId = this.#randomText();
    const there = await this.#placed(subject);
    if (there !== undefined) return there;
    try {
      for (const name of namesOf(account)) await this.#names.claim({ name, subject, operationId, nowMs });
    } catch (error) {
      if (!(error instanceof NameTaken)) throw error;
      if (await this.#hasAccount(error.taken)) return 'taken';
      throw new Unavailable('race_lost');
    }
    const isNew = await putNewAccount(this.#table, subject, toAccountItem(account, operationId), operationId);
    const placement = isNew ? 'created' : await this.#placed(subject);
    if (placement === undefined) throw new Unavailable('race_lost');
    return placement;
  }

  async #placed(subject: string): Promise<'present' | 'deleted' | undefined> {
    const item = await readItem(this.#table, accountKey(subject));
    return item && (isDeleted(item) ? 'deleted' : 'present');
  }

  /** Whether an account has the name, rather than only a request that may still fail. */
  async #hasAccount(name: string): Promise<boolean> {
    const spellings = loginNameOf(name);
    const holder = await this.#names.find(spellings);
    const item = holder === undefined ? undefined : await readItem(this.#table, accountKey(holder));
    if (item === undefined || isDeleted(item)) return false;
    const account = toAccount(item);
    return isNameOf(account, name) || isNameOf(account, spellings.legacy);
  }

  async #readKey(): Promise<string | undefined> {
    return keyIn(await readItem(this.#table, migrationKey));
  }

  async #createKey(): Promise<string> {
    const key = this.#randomText();
    const command = new PutCommand({
      TableName: this.#table.name,
      Item: { ...migrationKey, subjectKey: key },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const write = await conditionalWrite(this.#table, migrationKey, () => this.#table.client.send(command));
    if (write.applied) return key;
    const there = keyIn(write.item);
    // A key that the table does not hold would give the user another subject at the next login.
    if (there === undefined) throw new Unavailable('condition_unexplained');
    return there;
  }

  #randomText(): string {
    return this.#tools.codec.toBase64url(this.#tools.random.bytes(32));
  }
}

function keyIn(item: Item | undefined): string | undefined {
  if (item === undefined) return undefined;
  if (!isText(item.subjectKey)) throw broken(item, 'subjectKey');
  return item.subjectKey;
}
