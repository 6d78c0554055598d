import { table as names } from '../contract/table.ts';
import { counterExpiresAt } from '../core/retention.ts';
import {
  type Counted,
  isUsedUp,
  nextTryAt,
  type SlowingLimits,
  type Throttle,
  type Window,
  windowOf,
} from '../core/throttle.ts';
import { UpdateCommand } from './document-client.ts';
import { conditionalWrite, type Table } from './dynamo.ts';
import { type Item, throttleKey } from './items.ts';
import { countOf } from './parse.ts';

interface Expressions {
  readonly ConditionExpression: string;
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
}

/** Counters in DynamoDB. Each window has its own item, which TTL removes. */
export class DynamoThrottle implements Throttle {
  readonly #table: Table;
  readonly #newOperationId: () => string;

  constructor(table: Table, newOperationId: () => string) {
    this.#table = table;
    this.#newOperationId = newOperationId;
  }

  /** One item holds the total count and, in attributes whose names end in the network, the count of each network. */
  async countSlowing(key: string, network: string, nowMs: number, limits: SlowingLimits): Promise<Counted> {
    const window = windowOf(key, nowMs, limits.windowMs);
    const own = namesOf(network);
    const result = await this.#write(key, window, {
      // Attempts that come too soon are not counted, so that hammering does not postpone the next attempt indefinitely.
      ConditionExpression:
        '(attribute_not_exists(#nextAt) OR #nextAt <= :soon OR #lastAt <= :rested) AND ' +
        // The update cannot add to other types, and DynamoDB would not say to which item.
        '(attribute_not_exists(#tries) OR #tries >= :zero) AND (attribute_not_exists(#pause) OR #pause >= :zero) AND ' +
        '(attribute_not_exists(tries) OR tries < :open OR tries < :limit AND attribute_not_exists(#tries) OR ' +
        'tries < :limit AND #tries < :reserved)',
      // The right-hand sides read the old item: the pause doubles, and the next attempt must respect it.
      UpdateExpression:
        'SET tries = if_not_exists(tries, :zero) + :one, #tries = if_not_exists(#tries, :zero) + :one, ' +
        '#lastAt = :now, #nextAt = :now + if_not_exists(#pause, :first), ' +
        '#pause = if_not_exists(#pause, :first) + if_not_exists(#pause, :first)',
      ExpressionAttributeNames: own,
      ExpressionAttributeValues: {
        ':now': nowMs,
        ':soon': nowMs + limits.toleranceMs,
        ':rested': nowMs + limits.toleranceMs - limits.maxPauseMs,
        ':open': limits.limit - limits.reserved,
        ':limit': limits.limit,
        ':reserved': limits.reservedPerNetwork,
        ':zero': 0,
        ':one': 1,
        ':first': limits.firstPauseMs,
      },
    });
    const { item } = result;
    if (result.applied) return { allowed: true, tries: countOf(item, own['#tries']), total: countOf(item, 'tries') };
    // Not needed here, but nothing else names it if it is invalid.
    countOf(item, own['#pause']);
    const nextAt = nextTryAt(countOf(item, own['#lastAt']), countOf(item, own['#nextAt']), limits);
    // Report the longer wait: an attempt after the pause would meet the limit.
    const usedUp = isUsedUp(countOf(item, 'tries'), countOf(item, own['#tries']), limits);
    return {
      allowed: false,
      because: usedUp ? 'limit' : 'pause',
      waitMs: (usedUp ? window.endsAt : Math.min(nextAt, window.endsAt)) - nowMs,
      first: await this.#announce(key, window, item),
    };
  }

  async countUpTo(key: string, nowMs: number, limit: number, windowMs: number): Promise<Counted> {
    const window = windowOf(key, nowMs, windowMs);
    const { applied, item } = await this.#write(key, window, {
      ConditionExpression: '(attribute_not_exists(tries) OR tries < :limit)',
      UpdateExpression: 'SET tries = if_not_exists(tries, :zero) + :one',
      ExpressionAttributeValues: { ':limit': limit, ':zero': 0, ':one': 1 },
    });
    const total = countOf(item, 'tries');
    if (applied) return { allowed: true, tries: total, total };
    const first = await this.#announce(key, window, item);
    return { allowed: false, because: 'limit', waitMs: window.endsAt - nowMs, first };
  }

  async forgive(key: string, network: string, countedAtMs: number, windowMs: number): Promise<void> {
    await this.#write(key, windowOf(key, countedAtMs, windowMs), {
      ConditionExpression: 'tries >= :one',
      UpdateExpression: 'SET tries = tries - :one, #tries = :zero REMOVE #lastAt, #nextAt, #pause',
      ExpressionAttributeNames: namesOf(network),
      ExpressionAttributeValues: { ':zero': 0, ':one': 1 },
    });
  }

  async giveBack(key: string, countedAtMs: number, windowMs: number): Promise<void> {
    await this.#write(key, windowOf(key, countedAtMs, windowMs), {
      ConditionExpression: 'tries >= :one',
      UpdateExpression: 'SET tries = tries - :one',
      ExpressionAttributeValues: { ':one': 1 },
    });
  }

  /** One conditional write. A repetition by the SDK finds its own operation id and counts as the same write. */
  async #write(key: string, window: Window, expressions: Expressions): Promise<{ applied: boolean; item: Item }> {
    const Key = throttleKey(key, window.number);
    const operationId = this.#newOperationId();
    const command = new UpdateCommand({
      TableName: this.#table.name,
      Key,
      ConditionExpression: `${expressions.ConditionExpression} AND (attribute_not_exists(operationId) OR operationId <> :operationId)`,
      UpdateExpression: expressions.UpdateExpression.replace(/^SET /, 'SET operationId = :operationId, #ttl = :ttl, '),
      ExpressionAttributeNames: { ...expressions.ExpressionAttributeNames, '#ttl': names.timeToLive },
      ExpressionAttributeValues: {
        ...expressions.ExpressionAttributeValues,
        ':ttl': counterExpiresAt(window.endsAt),
        ':operationId': operationId,
      },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const write = await conditionalWrite(this.#table, Key, () => this.#table.client.send(command));
    if (write.applied) return { applied: true, item: write.value.Attributes ?? {} };
    return { applied: write.item?.operationId === operationId, item: write.item ?? {} };
  }

  /**
   * True for exactly one refused attempt of the window. Other attempts cost no write, because the item shows that the
   * block was announced. The attribute holds the id of the call that set it, so that a write repeated by the SDK
   * recognises itself.
   */
  async #announce(key: string, window: Window, seen: Item): Promise<boolean> {
    if (seen.announced !== undefined) return false;
    const Key = throttleKey(key, window.number);
    const operationId = this.#newOperationId();
    const command = new UpdateCommand({
      TableName: this.#table.name,
      Key,
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(announced)',
      UpdateExpression: 'SET announced = :operationId',
      ExpressionAttributeValues: { ':operationId': operationId },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const write = await conditionalWrite(this.#table, Key, () => this.#table.client.send(command));
    return write.applied || write.item?.announced === operationId;
  }
}

/** Attributes of one network in the item of a key. */
function namesOf(network: string) {
  return {
    '#tries': `n${network}`,
    '#lastAt': `l${network}`,
    '#nextAt': `a${network}`,
    '#pause': `p${network}`,
  };
}
