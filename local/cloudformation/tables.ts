import { setTimeout as delay } from 'node:timers/promises';
import { callDynamoDb, DynamoDbError } from '../aws/dynamodb-call.ts';
import { LocalError } from '../errors.ts';
import { objectOf } from '../json.ts';
import type { Resource, Template } from './template.ts';

/** Creates the table of a resource, unless a kept data directory or another engine already contains it. */
export async function createTable(
  endpoint: string,
  template: Template,
  resource: Resource,
  tableName: string,
): Promise<void> {
  const property = (name: string): unknown => template.property(resource, name);
  const indexes = ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'].flatMap((name) => {
    const value = property(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  await unless(['ResourceInUseException'], () =>
    callDynamoDb(endpoint, 'CreateTable', {
      TableName: tableName,
      AttributeDefinitions: property('AttributeDefinitions'),
      KeySchema: property('KeySchema'),
      BillingMode: 'PAY_PER_REQUEST',
      ...Object.fromEntries(indexes),
    }),
  );
  await untilActive(endpoint, tableName);
  const { AttributeName, Enabled } = objectOf(property('TimeToLiveSpecification'));
  if (Enabled !== true && Enabled !== 'true') return;
  // ValidationException: TTL is already enabled. UnknownOperationException: the engine does not support TTL, which is
  // safe because nothing relies on timely deletion.
  await unless(['ValidationException', 'UnknownOperationException'], () =>
    callDynamoDb(endpoint, 'UpdateTimeToLive', {
      TableName: tableName,
      TimeToLiveSpecification: { AttributeName, Enabled: true },
    }),
  );
}

async function untilActive(endpoint: string, tableName: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const { Table } = await callDynamoDb(endpoint, 'DescribeTable', { TableName: tableName });
    if (objectOf(Table).TableStatus === 'ACTIVE') return;
    await delay(20);
  }
  throw new LocalError(`the table ${tableName} did not become active within 10 seconds`);
}

async function unless(names: readonly string[], call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof DynamoDbError) || !names.includes(error.name)) throw error;
  }
}
