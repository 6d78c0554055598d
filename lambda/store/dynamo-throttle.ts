import { table as names } from '../contract/table.ts';
import type { Counted, SlowingLimits, Throttle } from '../core/throttle.ts';
import { UpdateCommand } from './document-client.ts';
import { conditionalWrite, type Table } from './dynamo.ts';
import { type Item, throttleKey } from './items.ts';

/** Counters in DynamoDB. Each window has an item of its own, which TTL removes. */
export class DynamoThrottle implements Throttle {
  readonly #table: Table;
  readonly #newOperationId: () => string;

  constructor(table: Table, newOperationId: () => string) {
    this.#table = table;
    this.#newOperationId = newOperationId;
  }

  async countSlowing(what: string, nowMs: number, limits: SlowingLimits): Promise<Counted> {
    const window = windowOf(nowMs, limits.windowMs);
    const result = await this.#count(what, window, {
      // Tries that come too soon are not counted, or whoever hammers would push the next one ever further away.
      ConditionExpression: 'attribute_not_exists(nextAt) OR nextAt <= :soon',
      // The right-hand sides read the old item: the pause doubles, and the next try has to keep it.
      UpdateExpression:
        'SET tries = if_not_exists(tries, :zero) + :one, nextAt = :now + if_not_exists(pauseMs, :first), ' +
        'pauseMs = if_not_exists(pauseMs, :first) + if_not_exists(pauseMs, :first), #ttl = :ttl',
      ExpressionAttributeValues: {
        ':now': nowMs,
        ':soon': nowMs + limits.toleranceMs,
        ':zero': 0,
        ':one': 1,
        ':first': limits.firstPauseMs,
      },
    });
    if (result.held) return { allowed: true, tries: result.tries };
    const nextAt = Math.min(Number(result.item.nextAt) - limits.toleranceMs, window.endsAt);
    return {
      allowed: false,
      waitMs: Math.max(0, nextAt - nowMs),
      first: await this.#announce(what, window, result.item),
    };
  }

  async countUpTo(what: string, nowMs: number, limit: number, windowMs: number): Promise<Counted> {
    const window = windowOf(nowMs, windowMs);
    const result = await this.#count(what, window, {
      ConditionExpression: 'attribute_not_exists(pk) OR tries < :limit',
      UpdateExpression: 'SET tries = if_not_exists(tries, :zero) + :one, #ttl = :ttl',
      ExpressionAttributeValues: { ':limit': limit, ':zero': 0, ':one': 1 },
    });
    if (result.held) return { allowed: true, tries: result.tries };
    return { allowed: false, waitMs: window.endsAt - nowMs, first: await this.#announce(what, window, result.item) };
  }

  async reset(what: string, nowMs: number, windowMs: number): Promise<void> {
    const key = throttleKey(what, windowOf(nowMs, windowMs).number);
    const command = new UpdateCommand({
      TableName: this.#table.name,
      Key: key,
      ConditionExpression: 'attribute_exists(pk)',
      UpdateExpression: 'SET tries = :zero REMOVE nextAt, pauseMs',
      ExpressionAttributeValues: { ':zero': 0 },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
  }

  async #count(
    what: string,
    window: Window,
    expressions: Pick<
      ConstructorParameters<typeof UpdateCommand>[0],
      'ConditionExpression' | 'UpdateExpression' | 'ExpressionAttributeValues'
    >,
  ): Promise<{ held: true; tries: number } | { held: false; item: Item }> {
    const key = throttleKey(what, window.number);
    const operationId = this.#newOperationId();
    const command = new UpdateCommand({
      TableName: this.#table.name,
      Key: key,
      ...expressions,
      UpdateExpression: `${expressions.UpdateExpression}, operationId = :operationId`,
      ExpressionAttributeNames: { '#ttl': names.timeToLive },
      ExpressionAttributeValues: {
        ...expressions.ExpressionAttributeValues,
        ':ttl': Math.ceil(window.endsAt / 1000) + 60,
        ':operationId': operationId,
      },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const write = await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
    if (write.held) return { held: true, tries: Number(write.value.Attributes?.tries) };
    // A try that the SDK repeated finds its own count, and is the same one try.
    if (write.item?.operationId === operationId) return { held: true, tries: Number(write.item.tries) };
    return { held: false, item: write.item ?? {} };
  }

  /**
   * True for exactly one blocked try of the window; the others cost no write, for the item shows that it was announced.
   * The attribute holds the id of the call that set it, so that a write which the SDK repeats knows itself.
   */
  async #announce(what: string, window: Window, seen: Item): Promise<boolean> {
    if (seen.announced !== undefined) return false;
    const key = throttleKey(what, window.number);
    const operationId = this.#newOperationId();
    const command = new UpdateCommand({
      TableName: this.#table.name,
      Key: key,
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(announced)',
      UpdateExpression: 'SET announced = :operationId',
      ExpressionAttributeValues: { ':operationId': operationId },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const write = await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
    return write.held || write.item?.announced === operationId;
  }
}

interface Window {
  readonly number: number;
  /** Epoch milliseconds. */
  readonly endsAt: number;
}

function windowOf(nowMs: number, windowMs: number): Window {
  const number = Math.floor(nowMs / windowMs);
  return { number, endsAt: (number + 1) * windowMs };
}
