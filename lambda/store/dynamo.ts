import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connections } from '../connections.ts';
import { Fault, Unavailable } from '../core/errors.ts';
import { DocumentClient, GetCommand, plainItem } from './document-client.ts';
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
    requestHandler: connections({ connectionTimeout: 1000, requestTimeout: 2000 }),
  });
  return { name, client: new DocumentClient(dynamo) };
}

/** Too much was asked of the table, the partition or the account. */
const throttles = new Set(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException']);

/** Writes that met: the request may succeed later, although its status says 4xx. */
const conflicts = new Set(['TransactionConflictException', 'TransactionInProgressException']);

/**
 * Runs one request. What may succeed later is {@link Unavailable}; what AWS refuses for good (a missing permission or
 * table, a bad expression) is a {@link Fault}. An error that came before any request, or while an answer was read, is
 * thrown as it is: a retry cannot mend it.
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
  // Connections fail with a system error's code, time-outs of the SDK by name.
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
 * Runs one conditional write that asks for the old item on failure. An engine that does not return it is asked again
 * with a consistent read: the answer is the same, for whatever changed in between changed after the condition failed.
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
