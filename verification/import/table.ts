import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connections } from '../../lambda/connections.ts';
import { DocumentClient, ScanCommand } from '../../lambda/store/document-client.ts';
import type { Item } from '../../lambda/store/items.ts';

/** The table of the drill. It outlasts a busy machine, where a page of a large table takes longer than a function may wait. */
export class DrillTable {
  readonly #name: string;
  readonly #dynamo = new DynamoDBClient({
    maxAttempts: 5,
    cacheMiddleware: true,
    requestHandler: connections({ connectionTimeout: 5000, requestTimeout: 30_000 }),
  });

  constructor(name: string) {
    this.#name = name;
  }

  /** @throws errors of the SDK, after five attempts of at most 30 s each */
  async itemCount(): Promise<number> {
    const { Table } = await this.#dynamo.send(new DescribeTableCommand({ TableName: this.#name }));
    return Table?.ItemCount ?? 0;
  }

  /** All items, page by page. @throws errors of the SDK, after five attempts of at most 30 s each */
  async *pages(): AsyncGenerator<readonly Item[]> {
    const client = new DocumentClient(this.#dynamo);
    let from: Item | undefined;
    do {
      const command: ScanCommand = new ScanCommand({
        TableName: this.#name,
        ConsistentRead: true,
        ExclusiveStartKey: from,
      });
      const page = await client.send(command);
      yield page.Items ?? [];
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }
}
