import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { createAdapterFactory } from 'better-auth/adapters';

/** One condition, as Better Auth passes it to an adapter. */
interface Where {
  readonly field: string;
  readonly operator: string;
  readonly value: unknown;
}

type Row = Record<string, unknown>;

/** The fields, besides the id, by which rows are looked up. */
const indexed = ['token', 'userId', 'clientId', 'identifier'] as const;

/**
 * Better Auth's storage on DynamoDB, with one item per row. Reads by id are consistent; indexes that project all
 * attributes serve the other lookups. `incrementOne`, which marks a refresh token as used, is one conditional write.
 */
export function dynamoAdapter(endpoint: string, TableName: string) {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, maxAttempts: 3 }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const keyOf = (model: string, id: unknown) => ({ key: `${model}:${String(id)}` });

  function matches(row: Row, where: readonly Where[]): boolean {
    return where.every(({ field, operator, value }) => {
      const found = row[field] ?? null;
      if (operator === 'in') return Array.isArray(value) && value.includes(found);
      return operator === 'eq' && found === value;
    });
  }

  async function rowsOf(model: string, where: readonly Where[] = []): Promise<Row[]> {
    const byId = where.find(({ field, operator }) => field === 'id' && operator === 'eq');
    if (byId !== undefined) {
      const { Item } = await client.send(
        new GetCommand({ TableName, Key: keyOf(model, byId.value), ConsistentRead: true }),
      );
      return Item !== undefined && matches(Item, where) ? [Item] : [];
    }
    const by = where.find(({ field, operator }) => operator === 'eq' && indexed.some((name) => name === field));
    const { Items = [] } =
      by === undefined
        ? await client.send(new ScanCommand({ TableName }))
        : await client.send(
            new QueryCommand({
              TableName,
              IndexName: by.field,
              KeyConditionExpression: '#by = :value',
              ExpressionAttributeNames: { '#by': by.field },
              ExpressionAttributeValues: { ':value': by.value },
            }),
          );
    return Items.filter((item) => String(item.key).startsWith(`${model}:`) && matches(item, where));
  }

  async function change(model: string, where: readonly Where[], values: Row): Promise<Row | null> {
    const [row] = await rowsOf(
      model,
      where.filter(({ field }) => field === 'id' || indexed.some((name) => name === field)),
    );
    const id = where.find(({ field }) => field === 'id')?.value ?? row?.id;
    return update(model, id, where, values);
  }

  async function update(model: string, id: unknown, where: readonly Where[], values: Row): Promise<Row | null> {
    const guards = where.filter(({ field, operator }) => field !== 'id' && operator === 'eq');
    const entries = Object.entries(values).filter(([, value]) => value !== undefined);
    const names = Object.fromEntries(
      [...entries.map(([name]) => name), ...guards.map(({ field }) => field)].map((name) => [`#${name}`, name]),
    );
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName,
          Key: keyOf(model, id),
          ReturnValues: 'ALL_NEW',
          ConditionExpression: [
            'attribute_exists(#key)',
            ...guards.map(({ field, value }, index) =>
              value === null
                ? `(attribute_not_exists(#${field}) OR #${field} = :guard${index})`
                : `#${field} = :guard${index}`,
            ),
          ].join(' AND '),
          UpdateExpression: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(', ')}`,
          ExpressionAttributeNames: { ...names, '#key': 'key' },
          ExpressionAttributeValues: Object.fromEntries([
            ...entries.map(([name, value]) => [`:${name}`, value]),
            ...guards.map(({ value }, index) => [`:guard${index}`, value]),
          ]),
        }),
      );
      return Attributes ?? null;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return null;
      throw error;
    }
  }

  const remove = async (model: string, where: readonly Where[]) => {
    const rows = await rowsOf(model, where);
    for (const { key } of rows) await client.send(new DeleteCommand({ TableName, Key: { key } }));
    return rows.length;
  };

  return createAdapterFactory({
    config: {
      adapterId: 'bench-dynamodb',
      adapterName: 'DynamoDB',
      supportsDates: false,
      supportsBooleans: true,
      supportsJSON: true,
      supportsArrays: true,
      supportsNumericIds: false,
    },
    adapter: () => ({
      create: async ({ model, data }) => {
        await client.send(new PutCommand({ TableName, Item: { ...data, ...keyOf(model, data.id) } }));
        return data;
      },
      findOne: async ({ model, where }) => ((await rowsOf(model, where))[0] ?? null) as never,
      findMany: async ({ model, where, limit }) => (await rowsOf(model, where)).slice(0, limit) as never,
      count: async ({ model, where }) => (await rowsOf(model, where)).length,
      update: async ({ model, where, update: values }) => (await change(model, where, values as Row)) as never,
      updateMany: async ({ model, where, update: values }) => {
        const rows = await rowsOf(model, where);
        for (const row of rows) await update(model, row.id, [], values);
        return rows.length;
      },
      incrementOne: async ({ model, where, set = {} }) => (await change(model, where, set as Row)) as never,
      delete: async ({ model, where }) => {
        await remove(model, where);
      },
      deleteMany: ({ model, where }) => remove(model, where),
    }),
  });
}
