import {
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DeleteItemCommandOutput,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  type GetItemCommandOutput,
  PutItemCommand,
  type PutItemCommandInput,
  type PutItemCommandOutput,
  QueryCommand as QueryItemsCommand,
  type QueryCommandInput as QueryItemsCommandInput,
  type QueryCommandOutput as QueryItemsCommandOutput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

type Item = Record<string, unknown>;

/** Where an input holds attribute values. */
type InputName = 'Key' | 'Item' | 'ExpressionAttributeValues' | 'ExclusiveStartKey';

/** An input with plain values in place of attribute values. */
type Plain<Input> = {
  readonly [Name in keyof Input]: Name extends InputName ? Readonly<Item> | undefined : Input[Name];
};

/** The same of an output. */
type PlainOutput<Output> = {
  readonly [Name in keyof Output]: Name extends 'Item' | 'Attributes' | 'LastEvaluatedKey'
    ? Item | undefined
    : Name extends 'Items'
      ? Item[] | undefined
      : Output[Name];
};

interface PlainCommand<Output> {
  sendBy(client: DynamoDBClient): Promise<Output>;
}

/**
 * DynamoDB with plain JavaScript values: the five commands of `@aws-sdk/lib-dynamodb` that the stores use, by its names,
 * marshalled by the same functions of the SDK. That library builds the SDK's middleware anew for every request and
 * cannot be used with `cacheMiddleware`: docs/adr/0142-the-sdk-builds-its-middleware-once.md.
 */
export class DocumentClient {
  readonly #client: DynamoDBClient;

  /** @param client made with `cacheMiddleware: true` */
  constructor(client: DynamoDBClient) {
    this.#client = client;
  }

  /** @throws Error where a value cannot be marshalled, before anything is sent */
  async send<Output>(command: PlainCommand<Output>): Promise<Output> {
    return command.sendBy(this.#client);
  }
}

function plain<Input, Output>(send: (client: DynamoDBClient, input: Input) => Promise<Output>) {
  return class implements PlainCommand<PlainOutput<Output>> {
    readonly input: Plain<Input>;

    constructor(input: Plain<Input>) {
      this.input = input;
    }

    async sendBy(client: DynamoDBClient): Promise<PlainOutput<Output>> {
      const output = await send(client, marshalled(this.input as Item) as Input);
      return unmarshalled(output as Item) as PlainOutput<Output>;
    }
  };
}

function marshalled(input: Item): Item {
  const { Key, Item: item, ExpressionAttributeValues, ExclusiveStartKey } = input;
  const values = { Key, Item: item, ExpressionAttributeValues, ExclusiveStartKey };
  return {
    ...input,
    ...Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, marshall(value, { removeUndefinedValues: true })]],
      ),
    ),
  };
}

type Attributes = Parameters<typeof unmarshall>[0];

function unmarshalled(output: Item): Item {
  const plainOutput = { ...output };
  for (const name of ['Item', 'Attributes', 'LastEvaluatedKey']) {
    if (output[name] !== undefined) plainOutput[name] = unmarshall(output[name] as Attributes);
  }
  if (output.Items !== undefined) {
    plainOutput.Items = (output.Items as Attributes[]).map((item) => unmarshall(item));
  }
  return plainOutput;
}

export class GetCommand extends plain<GetItemCommandInput, GetItemCommandOutput>((client, input) =>
  client.send(new GetItemCommand(input)),
) {}
export class PutCommand extends plain<PutItemCommandInput, PutItemCommandOutput>((client, input) =>
  client.send(new PutItemCommand(input)),
) {}
export class UpdateCommand extends plain<UpdateItemCommandInput, UpdateItemCommandOutput>((client, input) =>
  client.send(new UpdateItemCommand(input)),
) {}
export class DeleteCommand extends plain<DeleteItemCommandInput, DeleteItemCommandOutput>((client, input) =>
  client.send(new DeleteItemCommand(input)),
) {}
export class QueryCommand extends plain<QueryItemsCommandInput, QueryItemsCommandOutput>((client, input) =>
  client.send(new QueryItemsCommand(input)),
) {}
