import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '../../lambda/store/document-client.ts';
import { type DynamoUnderTest, openDynamo } from '../support/dynamo-under-test.ts';

let store: DynamoUnderTest;
beforeAll(async () => {
  store = await openDynamo('dynoxide');
});
beforeEach(() => store.proxy.clear());
afterAll(() => store.stop());

const key = (sk: string) => ({ pk: 'USER#documents', sk });
const put = (sk: string, rest: Record<string, unknown>) =>
  store.table.client.send(new PutCommand({ TableName: store.table.name, Item: { ...key(sk), ...rest } }));
const get = async (sk: string) =>
  (await store.table.client.send(new GetCommand({ TableName: store.table.name, Key: key(sk), ConsistentRead: true })))
    .Item;

describe('the SDK builds its middleware once', () => {
  test('and still sends each request as it is', async () => {
    await put('a', { value: 1 });
    await put('b', { value: 2 });
    expect([await get('a'), await get('b'), await get('c')]).toEqual([
      { ...key('a'), value: 1 },
      { ...key('b'), value: 2 },
      undefined,
    ]);
  });

  test('also those that are under way at the same time', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `parallel ${index}`);
    await Promise.all(names.map((name) => put(name, { name })));
    const items = await Promise.all(names.map(get));
    expect(items.map((item) => item?.name)).toEqual(names);
  });
});

describe('plain values', () => {
  test('come back as they went in; undefined is left out', async () => {
    const values = { text: 'ä', number: 1.5, yes: true, nothing: null, list: [1, 'a'], map: { deep: { er: 1 } } };
    await put('values', { ...values, absent: undefined, map: { ...values.map, absent: undefined } });
    expect(await get('values')).toEqual({ ...key('values'), ...values });
  });

  test('of an update and a query too', async () => {
    await put('counter', { count: 1 });
    const { Attributes } = await store.table.client.send(
      new UpdateCommand({
        TableName: store.table.name,
        Key: key('counter'),
        ReturnValues: 'ALL_NEW',
        UpdateExpression: 'ADD #count :one',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
    expect(Attributes).toEqual({ ...key('counter'), count: 2 });
    const query = (ExclusiveStartKey: Record<string, unknown> | undefined) =>
      store.table.client.send(
        new QueryCommand({
          TableName: store.table.name,
          KeyConditionExpression: 'pk = :pk',
          Limit: 1,
          ConsistentRead: true,
          ExpressionAttributeValues: { ':pk': 'USER#documents' },
          ExclusiveStartKey,
        }),
      );
    const first = await query(undefined);
    const second = await query(first.LastEvaluatedKey);
    expect([first.Items?.[0]?.sk, second.Items?.[0]?.sk]).toEqual(['a', 'b']);
  });

  test('a number that is not exact is refused before anything is sent', async () => {
    await expect(put('refused', { value: 2 ** 60 })).rejects.toThrow();
    expect(store.proxy.calls).toEqual([]);
  });
});
