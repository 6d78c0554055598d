import { type Account, isNameOf } from '../core/account.ts';
import { requireGrant } from '../core/claims.ts';
import { bestEffort } from '../core/housekeeping.ts';
import { UpdateCommand } from './document-client.ts';
import { conditionalWrite, type Table } from './dynamo.ts';
import { accountExists, accountKey } from './items.ts';
import { LoginNames } from './login-names.ts';
import { toAccount } from './read-items.ts';

/** Account changes for operators, not for users. None of them ends a session. */
export class AccountAdmin {
  readonly #table: Table;
  readonly #names: LoginNames;
  readonly #newOperationId: () => string;

  constructor(table: Table, newOperationId: () => string) {
    this.#table = table;
    this.#names = new LoginNames(table);
    this.#newOperationId = newOperationId;
  }

  /**
   * Sets claims, scopes or both; an omitted one stays unchanged. They take effect at the next refresh.
   *
   * @returns the resulting account; `undefined` if it does not exist
   * @throws GrantRefused, Unavailable
   */
  async setGrant(account: Account, grant: Partial<Pick<Account, 'claims' | 'scopes'>>): Promise<Account | undefined> {
    requireGrant({ ...account, ...grant });
    const { claims, scopes } = grant;
    return this.#update(account.subject, {
      set: [
        ...(claims === undefined ? [] : ['claims = :claims']),
        ...(scopes === undefined ? [] : ['#scope = :scope']),
      ],
      ...(scopes === undefined ? {} : { names: { '#scope': 'scope' } }),
      values: { ':claims': claims, ':scope': scopes?.join(' ') },
    });
  }

  /**
   * Changes the username. The new name is claimed first, and the old one is released afterwards.
   *
   * @returns the resulting account; `undefined` if it was renamed or deleted in the meantime
   * @throws NameTaken, Unavailable
   */
  async rename(account: Account, username: string, nowMs: number): Promise<Account | undefined> {
    const { subject, username: was, email } = account;
    if (username === was) return account;
    const operationId = this.#newOperationId();
    const claimOfOld = was === email ? undefined : await this.#names.claimOf(was, subject);
    // The account's own e-mail address already leads to it.
    if (username !== email) await this.#names.claim({ name: username, subject, operationId, nowMs });
    const renamed = await this.#update(subject, {
      set: ['username = :username'],
      // Its own write, repeated by the SDK, is not a failure.
      condition: '(username = :was OR username = :username)',
      values: { ':username': username, ':was': was },
    });
    if (renamed === undefined) await bestEffort(() => this.#names.release(username, operationId));
    else if (claimOfOld !== undefined) await bestEffort(() => this.#names.release(was, claimOfOld));
    return isNameOf(renamed, username) ? renamed : undefined;
  }

  async #update(subject: string, { set, condition, names, values }: Change): Promise<Account | undefined> {
    const key = accountKey(subject);
    const command = new UpdateCommand({
      TableName: this.#table.name,
      Key: key,
      ConditionExpression: [accountExists, ...(condition ? [condition] : [])].join(' AND '),
      UpdateExpression: `SET ${set.join(', ')}`,
      ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
      ExpressionAttributeValues: values,
      ReturnValues: 'ALL_NEW',
    });
    const write = await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
    return write.applied ? toAccount({ ...write.value.Attributes }) : undefined;
  }
}

interface Change {
  readonly set: readonly string[];
  readonly condition?: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}
