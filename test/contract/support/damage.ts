import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect } from 'vitest';
import { Fault } from '../../../lambda/core/errors.ts';
import { localCredentials } from '../../../local/aws/dynamodb-call.ts';
import type { DynamoUnderTest } from '../../support/dynamo-under-test.ts';
import { rejectionOf } from '../../support/expect.ts';
import { canary } from '../../support/transcript.ts';

/** What a broken attribute holds, which no error may quote. */
export const secret = 'what the attribute holds';
canary(secret);

/** Replaces attributes of an item past the stores; `undefined` removes one. */
export type Damage = (key: Record<string, string>, changes: Record<string, unknown>) => Promise<void>;

export function damageIn({ proxy, table }: DynamoUnderTest): Damage {
  const direct = new DynamoDBClient({
    endpoint: proxy.endpoint,
    region: 'eu-central-1',
    credentials: localCredentials,
  });
  return async (key, changes) => {
    const { Item } = await direct.send(new GetItemCommand({ TableName: table.name, Key: marshall(key) }));
    const item = { ...Item, ...marshall(changes, { removeUndefinedValues: true, allowImpreciseNumbers: true }) };
    for (const [name, value] of Object.entries(changes)) if (value === undefined) delete item[name];
    await direct.send(new PutItemCommand({ TableName: table.name, Item: item }));
  };
}

/** Expects the fault of a broken item, which names key and attribute, and quotes nothing. */
export async function expectBroken(promise: Promise<unknown>, item: string): Promise<void> {
  const error = await rejectionOf(promise);
  expect(error).toBeInstanceOf(Fault);
  expect(error).toMatchObject({ reason: 'item_broken', item });
  expect(JSON.stringify(error) + String(error)).not.toContain(secret);
}
