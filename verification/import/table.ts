import { setTimeout } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { connections } from '../../lambda/connections.ts';
import type { Item, Key } from '../../lambda/store/items.ts';
import type { Reads } from './check.ts';

/** The table of the drill. Its timeouts suit a busy machine, where a function would not wait as long. */
export class DrillTable implements Reads {
  readonly #name: string;
  readonly #dynamo = new DynamoDBClient({
    maxAttempts: 5,
    requestHandler: connections({ connectionTimeout: 5000, requestTimeout: 30_000 }),
  });

  constructor(name: string) {
    this.#name = name;
  }

  /** Exact in the local table; DynamoDB itself counts every six hours. @throws errors of the SDK, after five attempts of at most 30 s each */
  async itemCount(): Promise<number> {
    const { Table } = await this.#dynamo.send(new DescribeTableCommand({ TableName: this.#name }));
    return Table?.ItemCount ?? 0;
  }

  /** @throws Error when the table throttles ten times in a row; errors of the SDK */
  async read(keys: readonly Key[]): Promise<readonly Item[]> {
    const items: Item[] = [];
    let wanted: BatchGetItemCommandInput['RequestItems'] = {
      [this.#name]: { Keys: keys.map((key) => marshall(key)), ConsistentRead: true },
    };
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const { Responses, UnprocessedKeys }: BatchGetItemCommandOutput = await this.#dynamo.send(
        new BatchGetItemCommand({ RequestItems: wanted }),
      );
      items.push(...(Responses?.[this.#name] ?? []).map((item) => unmarshall(item)));
      if (Object.keys(UnprocessedKeys ?? {}).length === 0) return items;
      wanted = UnprocessedKeys;
      await setTimeout(100 * 2 ** attempt);
    }
    throw new Error('the table throttles');
  }
}
