import {
  type CancellationReason,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { Fault, Unavailable } from '../core/errors.ts';
import { plainItem, type SendOptions } from './document-client.ts';
import { request, type Table } from './dynamo.ts';
import type { Item } from './items.ts';

/** DynamoDB's limit of items per transaction. */
export const maxTransactionItems = 100;

/** The existing item that prevented the transaction. */
export type InTheWay = Item | undefined;

/** The engine has no transactions. */
export class NoTransactions extends Error {
  override readonly name = 'NoTransactions';
}

/**
 * Puts new items, all or none. No item may have a key that exists in the table.
 *
 * @returns for each item, the existing one; `undefined` if all were written
 *
 * @throws Unavailable if throttled or in conflict with another write; NoTransactions, Fault
 */
export async function putAllNew(table: Table, items: readonly Item[]): Promise<readonly InTheWay[] | undefined> {
  const reasons = await request(() => table.client.send(new TransactPuts(table.name, items)));
  if (reasons === undefined) return undefined;
  const codes = reasons.map(({ Code }) => Code ?? 'None').filter((code) => code !== 'None');
  if (codes.some((code) => transient.has(code))) throw new Unavailable('store_throttled', { cause: asError(codes) });
  if (codes.length === 0 || codes.some((code) => code !== 'ConditionalCheckFailed')) {
    throw new Fault('store_refused', {}, { cause: asError(codes) });
  }
  return reasons.map(({ Code, Item: item }) =>
    Code === 'ConditionalCheckFailed' ? (item === undefined ? {} : plainItem(item)) : undefined,
  );
}

const transient = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

const asError = (codes: readonly string[]) =>
  Object.assign(new Error('transaction cancelled'), { name: codes[0] ?? 'TransactionCanceledException' });

/** A command of {@link DocumentClient} that only imports use; it stays out of the functions' bundles. */
class TransactPuts {
  readonly #name: string;
  readonly #items: readonly Item[];

  constructor(name: string, items: readonly Item[]) {
    this.#name = name;
    this.#items = items;
  }

  async sendBy(client: DynamoDBClient, options: SendOptions): Promise<readonly CancellationReason[] | undefined> {
    const puts = this.#items.map((item) => ({
      Put: {
        TableName: this.#name,
        Item: marshall(item, { removeUndefinedValues: true }),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      },
    }));
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: puts }), options);
      return undefined;
    } catch (error) {
      if (error instanceof TransactionCanceledException) return error.CancellationReasons ?? [];
      if ((error as Error).name === 'UnknownOperationException') throw new NoTransactions();
      throw error;
    }
  }
}
