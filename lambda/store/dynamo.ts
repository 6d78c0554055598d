import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connections } from '../connections.ts';
import { Fault, Unavailable } from '../core/errors.ts';
import { DocumentClient, GetCommand, plainItem } from './document-client.ts';
import type { Item, Key } from './items.ts';

/** The table, as the stores use it. */
export interface Table {
  readonly client: DocumentClient;
  readonly name: string;
}

/**
 * Opens the table. Three attempts of at most 2 s each, with their backoff, stay below a function's 10 s, so that the
 * caller gets 503 from the function instead of a timeout from the gateway.
 */
export function openTable(name: string): Table {
  return { name, client: new DocumentClient(tableClient()) };
}

/** The SDK's client of {@link openTable}. */
export function tableClient(): DynamoDBClient {
  const dynamo = new DynamoDBClient({
    maxAttempts: 3,
    // Build the SDK's middleware once per command class instead of once per request.
    cacheMiddleware: true,
    requestHandler: connections({ connectionTimeout: 1000, requestTimeout: 2000 }),
  });
  // It copies every input and output for a logger, also if there is none.
  dynamo.middlewareStack.remove('loggerMiddleware');
  return dynamo;
}

/** The table, the partition or the account is throttled. */
const throttles = new Set(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException']);

/** Conflicting writes: the request may succeed later, although the status is 4xx. */
const conflicts = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  // Writes in two regions, on a global table with strong consistency.
  'ReplicatedWriteConflictException',
]);

/**
 * Runs one request. A transient error becomes {@link Unavailable}; a permanent one (a missing permission or table, an
 * invalid expression) becomes a {@link Fault}. An error before any request, or while a response is parsed, is thrown as
 * is: a retry does not help.
 */
export async function request<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) throw error;
    throw classified(error);
  }
}

function classified(error: unknown): unknown {
  const { name = '', code, $metadata } = error as { name?: string; code?: unknown; $metadata?: Metadata };
  const status = $metadata?.httpStatusCode;
  if (throttles.has(name)) return new Unavailable('store_throttled', { cause: error });
  if (conflicts.has(name)) return new Unavailable('store_unavailable', { cause: error });
  if (status !== undefined && status >= 400 && status < 500) return new Fault('store_refused', {}, { cause: error });
  // Connection failures have a system error code; SDK timeouts are recognised by name.
  const unanswered = typeof code === 'string' || name === 'TimeoutError' || name === 'AbortError';
  if (status === undefined && !unanswered) return error;
  return new Unavailable('store_unavailable', { cause: error });
}

interface Metadata {
  readonly httpStatusCode?: number;
}

export type ConditionalWrite<T> =
  | { readonly applied: true; readonly value: T }
  | { readonly applied: false; item?: Item };

/**
 * Runs one conditional write that requests the old item on failure. If the engine does not return it, it is read with
 * strong consistency. The result is equivalent, because any change in between happened after the condition failed.
 */
export async function conditionalWrite<T>(
  table: Table,
  key: Key,
  send: () => Promise<T>,
): Promise<ConditionalWrite<T>> {
  try {
    return { applied: true, value: await request(send) };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const item = error.Item === undefined ? await readItem(table, key) : plainItem(error.Item);
    return item === undefined ? { applied: false } : { applied: false, item };
  }
}

/** A strongly consistent read of one item. */
export async function readItem(table: Table, key: Key): Promise<Item | undefined> {
  const command = new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true });
  return (await request(() => table.client.send(command))).Item;
}
