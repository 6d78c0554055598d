import { isDeepStrictEqual } from 'node:util';
import { type Account, isNameOf, namesOf } from '../core/account.ts';
import {
  type AccountChange,
  type AccountChanged,
  type Accounts,
  type EmailChange,
  NameTaken,
} from '../core/account-store.ts';
import { requireGrant } from '../core/claims.ts';
import { bestEffort } from '../core/housekeeping.ts';
import type { Session } from '../core/session.ts';
import type { LoginName } from '../core/username.ts';
import { accountChange } from './account-change.ts';
import { PutCommand, QueryCommand, UpdateCommand } from './document-client.ts';
import { conditionalWrite, readItem, request, type Table } from './dynamo.ts';
import {
  accountExists,
  accountKey,
  type Item,
  isAccount,
  isDeleted,
  isSession,
  loginKey,
  partitionOf,
  toAccountItem,
} from './items.ts';
import { LoginNames } from './login-names.ts';
import { putNewAccount } from './put-new.ts';
import { toAccount, toSession } from './read-items.ts';

/** Accounts in DynamoDB. Every write carries an operation id, so that a write repeated by the SDK recognises itself. */
export class DynamoAccounts implements Accounts {
  readonly #table: Table;
  readonly #names: LoginNames;
  readonly #newOperationId: () => string;

  constructor(table: Table, newOperationId: () => string) {
    this.#table = table;
    this.#names = new LoginNames(table);
    this.#newOperationId = newOperationId;
  }

  findSubject(name: LoginName): Promise<string | undefined> {
    return this.#names.find(name);
  }

  async read(subject: string): Promise<Account | undefined> {
    const item = await readItem(this.#table, accountKey(subject));
    return item && !isDeleted(item) ? toAccount(item) : undefined;
  }

  async readWithSessions(subject: string): Promise<{ account: Account | undefined; sessions: readonly Session[] }> {
    const items: Item[] = [];
    let from: Item | undefined;
    do {
      const command: QueryCommand = new QueryCommand({
        TableName: this.#table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': partitionOf(subject) },
        ConsistentRead: true,
        ExclusiveStartKey: from,
      });
      const page = await request(() => this.#table.client.send(command));
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    const account = items.find((item) => isAccount(item) && !isDeleted(item));
    return {
      account: account && toAccount(account),
      // A newer version may keep items of another kind here.
      sessions: items.filter(isSession).map(toSession),
    };
  }

  async rehash(subject: string, oldHash: string, newHash: string): Promise<boolean> {
    const key = accountKey(subject);
    const command = new UpdateCommand({
      TableName: this.#table.name,
      Key: key,
      // A rehash must not restore a password that was changed after it was verified.
      ConditionExpression: 'passwordHash = :old',
      UpdateExpression: 'SET passwordHash = :new',
      ExpressionAttributeValues: { ':old': oldHash, ':new': newHash },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const write = await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
    // The new hash identifies this write, so the operation id of the last revocation is kept for its own repetition.
    return write.applied || write.item?.passwordHash === newHash;
  }

  async setNetworks(subject: string, networks: readonly string[]): Promise<void> {
    await this.#set(subject, 'networks = :networks', { ':networks': networks });
  }

  async revokeSessions(change: AccountChange): Promise<AccountChanged> {
    const operationId = change.operationId ?? this.#newOperationId();
    const key = accountKey(change.subject);
    const command = new UpdateCommand({ TableName: this.#table.name, ...accountChange(change, operationId) });
    const write = await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
    const item = write.applied ? write.value.Attributes : write.item;
    if (item === undefined || isDeleted(item)) return { applied: false, account: undefined };
    return { applied: write.applied || item.operationId === operationId, account: toAccount(item) };
  }

  async describe(account: Account, { claims, scopes }: Pick<Account, 'claims' | 'scopes'>): Promise<Account> {
    const described = { ...account, claims, scopes };
    if (isDeepStrictEqual(described, account)) return account;
    requireGrant(described);
    const values = { ':claims': claims, ':scope': scopes.join(' ') };
    await this.#set(account.subject, 'claims = :claims, #scope = :scope', values, { '#scope': 'scope' });
    return described;
  }

  async adopt(username: string, user: Pick<Account, 'subject' | 'claims' | 'scopes'>, nowMs: number): Promise<boolean> {
    const operationId = this.#newOperationId();
    const account: Account = { ...user, username, status: 'active', epoch: 0 };
    const isNew = await this.#putNew(account, operationId);
    if (!isNew && (await this.read(user.subject)) === undefined) return false;
    // Your own user store decided whose name it is.
    const Item = { ...loginKey(username), subject: user.subject, operationId, claimedAt: nowMs };
    await request(() => this.#table.client.send(new PutCommand({ TableName: this.#table.name, Item })));
    return true;
  }

  enable(subject: string): Promise<boolean> {
    return this.#set(subject, '#status = :active', { ':active': 'active' }, { '#status': 'status' });
  }

  /** Names first, then the account that makes them valid: a crash in between leaves claims that lead nowhere. */
  async create(account: Account, nowMs: number): Promise<void> {
    requireGrant(account);
    const operationId = this.#newOperationId();
    const { subject } = account;
    const claimed: string[] = [];
    try {
      for (const name of namesOf(account)) {
        await this.#names.claim({ name, subject, operationId, nowMs });
        claimed.push(name);
      }
      if (await this.#putNew(account, operationId)) return;
    } catch (error) {
      if (!(error instanceof NameTaken)) throw error;
      await this.#release(claimed, operationId);
      throw error;
    }
    await this.#release(claimed, operationId);
    throw new Error('a new subject is already in use');
  }

  async moveEmail({ account, email, kept, nowMs }: EmailChange): Promise<AccountChanged> {
    const operationId = this.#newOperationId();
    const { subject, username, email: was, passwordHash } = account;
    const freed = was !== undefined && was !== email && was !== username ? was : undefined;
    const [claimOfOld] = await Promise.all([
      freed === undefined ? undefined : this.#names.claimOf(freed, subject),
      email === username ? undefined : this.#names.claim({ name: email, subject, operationId, nowMs }),
    ]);
    const result = await this.revokeSessions({
      subject,
      kept,
      set: { email },
      onlyIf: { status: 'active', email: was ?? null, ...(passwordHash !== undefined && { passwordHash }) },
      operationId,
    });
    // If another change of this account was faster and took the same address, the claim belongs to it.
    if (!result.applied && !isNameOf(result.account, email)) await this.#release([email], operationId);
    if (result.applied && freed !== undefined) await this.#release([freed], claimOfOld);
    return result;
  }

  /** A name that cannot be released now leads nowhere, and the next claim takes it over. */
  async #release(names: readonly string[], operationId: unknown): Promise<void> {
    if (operationId === undefined) return;
    for (const name of names) await bestEffort(() => this.#names.release(name, operationId));
  }

  /** @returns whether there is such an account */
  async #set(subject: string, what: string, values: Record<string, unknown>, names?: Record<string, string>) {
    const key = accountKey(subject);
    const command = new UpdateCommand({
      TableName: this.#table.name,
      Key: key,
      ConditionExpression: accountExists,
      UpdateExpression: `SET ${what}`,
      ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
      ExpressionAttributeValues: values,
    });
    return (await conditionalWrite(this.#table, key, () => this.#table.client.send(command))).applied;
  }

  #putNew(account: Account, operationId: string): Promise<boolean> {
    return putNewAccount(this.#table, account.subject, toAccountItem(account, operationId), operationId);
  }
}
