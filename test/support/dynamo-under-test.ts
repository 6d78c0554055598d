import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ScanCommand,
  type ScanCommandOutput,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { table as names } from '../../lambda/contract/table.ts';
import { DocumentClient } from '../../lambda/store/document-client.ts';
import type { Table } from '../../lambda/store/dynamo.ts';
import { DynamoAccounts } from '../../lambda/store/dynamo-accounts.ts';
import { DynamoSessionStore } from '../../lambda/store/dynamo-session-store.ts';
import { sessionKey } from '../../lambda/store/items.ts';
import { toSession } from '../../lambda/store/read-items.ts';
import { startDynamoDb } from '../../local/aws/dynamodb.ts';
import type { Engine } from '../../local/aws/engine.ts';
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const tableName = 'contract';

/** The DynamoDB stores on a real engine, behind a proxy that counts requests and can inject faults. */
export interface DynamoUnderTest extends StoreUnderTest {
  readonly table: Table;
  readonly proxy: CountingProxy;
  /** The same table through a client with this request timeout, in milliseconds. */
  impatient(requestTimeout: number): Pick<StoreUnderTest, 'sessions' | 'accounts'> & { readonly table: Table };
  item(subject: string, sessionId: string): Promise<Record<string, AttributeValue> | undefined>;
  /** One page of all items. */
  scan(from?: Record<string, AttributeValue>): Promise<ScanCommandOutput>;
}

/** Starts an engine. Fails if it is not installed. */
export async function openDynamo(engine: Engine): Promise<DynamoUnderTest> {
  const dynamo = await startDynamoDb({ engine });
  const proxy = await startCountingProxy(dynamo.endpoint);
  // Bypasses the proxy, so that inspection is not counted and gets no faults.
  const direct = client(dynamo.endpoint, 2000);
  await createTable(direct);
  let operations = 0;
  const stores = (endpoint: string, requestTimeout: number) => {
    const table = openedTable(client(endpoint, requestTimeout));
    const newOperationId = () => {
      operations += 1;
      return `operation ${operations}`;
    };
    const accounts = new DynamoAccounts(table, newOperationId);
    return { table, accounts, sessions: new DynamoSessionStore(table, newOperationId) };
  };
  const item = async (subject: string, sessionId: string) => {
    const Key = marshall(sessionKey(subject, sessionId));
    return (await direct.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item;
  };
  return {
    ...stores(proxy.endpoint, 2000),
    proxy,
    impatient: (requestTimeout) => stores(proxy.endpoint, requestTimeout),
    item,
    scan: (from) =>
      direct.send(new ScanCommand({ TableName: tableName, ExclusiveStartKey: from, ConsistentRead: true })),
    session: async (subject, sessionId) => {
      const found = await item(subject, sessionId);
      return found && toSession(unmarshall(found));
    },
    expiresAt: async (subject, sessionId) => {
      const value = (await item(subject, sessionId))?.[names.timeToLive]?.N;
      return value === undefined ? undefined : Number(value);
    },
    deleteSession: async (subject, sessionId) => {
      await direct.send(new DeleteItemCommand({ TableName: tableName, Key: marshall(sessionKey(subject, sessionId)) }));
    },
    stop: async () => {
      await proxy.stop();
      await dynamo.stop();
    },
  };
}

/** Has the settings of lambda/store/dynamo.ts, except for the address. */
function client(endpoint: string, requestTimeout: number): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 3,
    cacheMiddleware: true,
    requestHandler: { connectionTimeout: 1000, requestTimeout, throwOnRequestTimeout: true },
  });
}

function openedTable(dynamo: DynamoDBClient): Table {
  return { name: tableName, client: new DocumentClient(dynamo) };
}

async function createTable(dynamo: DynamoDBClient): Promise<void> {
  await dynamo.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: names.partitionKey, AttributeType: 'S' },
        { AttributeName: names.sortKey, AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: names.partitionKey, KeyType: 'HASH' },
        { AttributeName: names.sortKey, KeyType: 'RANGE' },
      ],
    }),
  );
  await waitUntilTableExists({ client: dynamo, maxWaitTime: 10, minDelay: 1 }, { TableName: tableName });
}
