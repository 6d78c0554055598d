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

/** How long a request may take, all tries together. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

interface PlainCommand<Output> {
  sendBy(client: DynamoDBClient, options: SendOptions): Promise<Output>;
}

/**
 * DynamoDB with plain JavaScript values: the five commands of `@aws-sdk/lib-dynamodb` that the stores use, by its names,
 * marshalled by the same functions of the SDK. That library builds the SDK's middleware anew for every request and
 * cannot be used with `cacheMiddleware`: docs/adr/0039-the-sdk-builds-its-middleware-once.md.
 */
export class DocumentClient {
  readonly #client: DynamoDBClient;

  /** @param client made with `cacheMiddleware: true` */
  constructor(client: DynamoDBClient) {
    this.#client = client;
  }

  /** @throws Error where a value cannot be marshalled, before anything is sent */
  async send<Output>(command: PlainCommand<Output>, options: SendOptions = {}): Promise<Output> {
    return command.sendBy(this.#client, options);
  }
}

function plain<Input, Output>(send: (client: DynamoDBClient, input: Input, options: SendOptions) => Promise<Output>) {
  return class implements PlainCommand<PlainOutput<Output>> {
    readonly input: Plain<Input>;

    constructor(input: Plain<Input>) {
      this.input = input;
    }

    async sendBy(client: DynamoDBClient, options: SendOptions): Promise<PlainOutput<Output>> {
      const output = await send(client, marshalled(this.input as Item) as Input, options);
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

/** An item with plain values. */
export function plainItem(item: Attributes): Item {
  return unmarshall(item, { wrapNumbers: toNumber });
}

/**
 * A number, or a bigint for an integer that JavaScript does not hold exactly: the check of the attribute refuses it by
 * name. The SDK's own conversion throws for some of them, and then nothing of the item can be read.
 */
function toNumber(text: string): number | bigint {
  const value = Number(text);
  return !Number.isInteger(value) || Number.isSafeInteger(value) ? value : BigInt(/^-?\d+$/.test(text) ? text : value);
}

function unmarshalled(output: Item): Item {
  const plainOutput = { ...output };
  for (const name of ['Item', 'Attributes', 'LastEvaluatedKey']) {
    if (output[name] !== undefined) plainOutput[name] = plainItem(output[name] as Attributes);
  }
  if (output.Items !== undefined) {
    plainOutput.Items = (output.Items as Attributes[]).map(plainItem);
  }
  return plainOutput;
}

export class GetCommand extends plain<GetItemCommandInput, GetItemCommandOutput>((client, input, options) =>
  client.send(new GetItemCommand(input), options),
) {}
export class PutCommand extends plain<PutItemCommandInput, PutItemCommandOutput>((client, input, options) =>
  client.send(new PutItemCommand(input), options),
) {}
export class UpdateCommand extends plain<UpdateItemCommandInput, UpdateItemCommandOutput>((client, input, options) =>
  client.send(new UpdateItemCommand(input), options),
) {}
export class DeleteCommand extends plain<DeleteItemCommandInput, DeleteItemCommandOutput>((client, input, options) =>
  client.send(new DeleteItemCommand(input), options),
) {}
export class QueryCommand extends plain<QueryItemsCommandInput, QueryItemsCommandOutput>((client, input, options) =>
  client.send(new QueryItemsCommand(input), options),
) {}
