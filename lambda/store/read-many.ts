import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { plainItem, type SendOptions } from './document-client.ts';
import { request, type Table } from './dynamo.ts';
import type { Item, Key } from './items.ts';

/**
 * Strongly consistent reads of up to 100 items in one request.
 *
 * @param keys without duplicates
 * @returns the items that were read, in no particular order; a table that throttles returns fewer
 *
 * @throws Unavailable, Fault
 */
export function readMany(table: Table, keys: readonly Key[]): Promise<readonly Item[]> {
  return request(() => table.client.send(new GetMany(table.name, keys)));
}

/** A command of {@link DocumentClient} that only imports use. */
class GetMany {
  readonly #name: string;
  readonly #keys: readonly Key[];

  constructor(name: string, keys: readonly Key[]) {
    this.#name = name;
    this.#keys = keys;
  }

  async sendBy(client: DynamoDBClient, options: SendOptions): Promise<readonly Item[]> {
    const wanted = { Keys: this.#keys.map((key) => marshall(key)), ConsistentRead: true };
    const { Responses } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [this.#name]: wanted } }),
      options,
    );
    return (Responses?.[this.#name] ?? []).map(plainItem);
  }
}
