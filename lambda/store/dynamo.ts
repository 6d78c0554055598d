import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Unavailable } from '../core/errors.ts';
import { DocumentClient, GetCommand } from './document-client.ts';
import type { Item, Key } from './items.ts';

/** One table, as the stores use it. */
export interface Table {
  readonly client: DocumentClient;
  readonly name: string;
}

/**
 * Opens the table. Three tries of at most 2 s and their pauses stay below a function's 10 s, so that the caller hears
 * 503 from us and not a time-out from the gateway.
 */
export function openTable(name: string): Table {
  const dynamo = new DynamoDBClient({
    maxAttempts: 3,
    // The SDK's middleware is put together once for each kind of command and not for each request.
    cacheMiddleware: true,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
  });
  return { name, client: new DocumentClient(dynamo) };
}

/** Throttles and conflicts: the request was well-formed and may succeed later, although its status says 4xx. */
const transient = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

/**
 * Runs one request. What may succeed later is {@link Unavailable}; a fault of ours (a bad expression, a missing
 * permission) is thrown as it is.
 */
export async function request<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) throw error;
    const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode;
    if (status !== undefined && status >= 400 && status < 500 && !transient.has(name ?? '')) throw error;
    throw new Unavailable('store_unavailable', { cause: error });
  }
}

export type ConditionalWrite<T> = { readonly held: true; readonly value: T } | { readonly held: false; item?: Item };

/**
 * Runs one conditional write that asks for the old item on failure. An engine that does not return it is asked again
 * with a consistent read: the answer is the same, for whatever changed in between changed after the condition failed.
 */
export async function conditionalWrite<T>(
  table: Table,
  key: Key,
  send: () => Promise<T>,
): Promise<ConditionalWrite<T>> {
  try {
    return { held: true, value: await request(send) };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const item = error.Item === undefined ? await readItem(table, key) : unmarshall(error.Item);
    return item === undefined ? { held: false } : { held: false, item };
  }
}

/** A strongly consistent read of one item. */
export async function readItem(table: Table, key: Key): Promise<Item | undefined> {
  const command = new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true });
  return (await request(() => table.client.send(command))).Item;
}
