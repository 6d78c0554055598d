import { isNameOf } from '../core/account.ts';
import { NameTaken } from '../core/account-store.ts';
import { Unavailable } from '../core/errors.ts';
import { maxClaimMs } from '../core/retention.ts';
import { type LoginName, loginNameOf, normaliseUsername } from '../core/username.ts';
import { unknownSubject } from '../core/users.ts';
import { DeleteCommand, PutCommand } from './document-client.ts';
import { conditionalWrite, readItem, type Table } from './dynamo.ts';
import { accountKey, type Item, isDeleted, loginKey } from './items.ts';
import { broken, countOf } from './parse.ts';
import { toAccount, toSubject } from './read-items.ts';

/** The claimant of a name, and the write. */
export interface Claim {
  readonly name: string;
  readonly subject: string;
  readonly operationId: string;
  readonly nowMs: number;
}

/**
 * The items that map a name (username or e-mail address) to an account. A name is claimed first. The account's own
 * write then makes it valid, because a name leads only to an account that lists it. A claim left by a crash leads
 * nowhere and can be taken over a minute later: ADR 0048.
 */
export class LoginNames {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /**
   * The subject that a name leads to: one read, or two if the name had a different normalised form in earlier versions.
   */
  async find({ name, legacy }: LoginName): Promise<string | undefined> {
    const [item, old] = await Promise.all([
      readItem(this.#table, loginKey(name ?? unknownSubject)),
      legacy === undefined ? undefined : readItem(this.#table, loginKey(legacy)),
    ]);
    const found = item ?? (isOldSpelling(old) ? old : undefined);
    return found && toSubject(found);
  }

  /**
   * Makes a name lead to the subject. Finding the subject's own earlier claim is success. @throws NameTaken,
   * Unavailable
   */
  async claim(claim: Claim): Promise<void> {
    const { name, subject, operationId, nowMs } = claim;
    const { legacy } = loginNameOf(name);
    const old = legacy === undefined ? undefined : await readItem(this.#table, loginKey(legacy));
    // The original spelling of the old name is unknown: it may be this one.
    if (isOldSpelling(old) && old?.subject !== subject) throw new NameTaken(name);
    const holder = await this.#put(claim, 'attribute_not_exists(pk) OR subject = :value', subject);
    if (holder === undefined || holder.operationId === operationId) return;
    if (countOf(holder, 'claimedAt') > nowMs - maxClaimMs) throw new NameTaken(name);
    const account = await readItem(this.#table, accountKey(toSubject(holder)));
    if (account !== undefined && !isDeleted(account) && isNameOf(toAccount(account), name)) throw new NameTaken(name);
    if (holder.operationId === undefined) throw broken(holder, 'operationId');
    const again = await this.#put(claim, 'operationId = :value', holder.operationId);
    if (again !== undefined && again.operationId !== operationId) throw new NameTaken(name);
  }

  /** Releases a name if it is still that claim. @throws Unavailable */
  async release(name: string, operationId: unknown): Promise<void> {
    const key = loginKey(name);
    const command = new DeleteCommand({
      TableName: this.#table.name,
      Key: key,
      ConditionExpression: 'operationId = :operationId',
      ExpressionAttributeValues: { ':operationId': operationId },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
  }

  /** The id of the write that makes the name lead to the subject; `undefined` if it does not. @throws Unavailable */
  async claimOf(name: string, subject: string): Promise<unknown> {
    const item = await readItem(this.#table, loginKey(name));
    return item?.subject === subject ? item?.operationId : undefined;
  }

  /** @returns the conflicting item */
  async #put(
    { name, subject, operationId, nowMs }: Claim,
    condition: string,
    value: unknown,
  ): Promise<Item | undefined> {
    const key = loginKey(name);
    const command = new PutCommand({
      TableName: this.#table.name,
      Item: nameItem({ name, subject, operationId, nowMs }),
      ConditionExpression: condition,
      ExpressionAttributeValues: { ':value': value },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const write = await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
    if (write.applied) return undefined;
    // It was released in between.
    if (write.item === undefined) throw new Unavailable('condition_unexplained');
    return write.item;
  }
}

/**
 * The item of a name. One that only earlier versions allowed has no time, as they stored it: a login looks it up by its
 * old spelling.
 */
export function nameItem({ name, subject, operationId, nowMs }: Claim): Item {
  const time = normaliseUsername(name) === name ? { claimedAt: nowMs } : {};
  return { ...loginKey(name), subject, operationId, ...time };
}

/** Items from earlier versions have no time. */
function isOldSpelling(item: Item | undefined): boolean {
  return item !== undefined && item.claimedAt === undefined;
}
