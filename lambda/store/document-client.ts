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
  ScanCommand as ScanItemsCommand,
  type ScanCommandInput as ScanItemsCommandInput,
  type ScanCommandOutput as ScanItemsCommandOutput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

type Item = Record<string, unknown>;

/** The input members that contain attribute values. */
type InputName = 'Key' | 'Item' | 'ExpressionAttributeValues' | 'ExclusiveStartKey';

/** An input with plain values instead of attribute values. */
type Plain<Input> = {
  readonly [Name in keyof Input]: Name extends InputName ? Readonly<Item> | undefined : Input[Name];
};

/** The same for an output. */
type PlainOutput<Output> = {
  readonly [Name in keyof Output]: Name extends 'Item' | 'Attributes' | 'LastEvaluatedKey'
    ? Item | undefined
    : Name extends 'Items'
      ? Item[] | undefined
      : Output[Name];
};

/** Timeout of a request, all attempts together. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

interface PlainCommand<Output> {
  sendBy(client: DynamoDBClient, options: SendOptions): Promise<Output>;
}

/**
 * DynamoDB with plain JavaScript values: the six commands of `@aws-sdk/lib-dynamodb` that the stores use, with the
 * same names and the same marshalling functions. That library rebuilds the SDK's middleware for every request and
 * cannot be used with `cacheMiddleware`: docs/adr/0039-the-sdk-builds-its-middleware-once.md.
 */
export class DocumentClient {
  readonly #client: DynamoDBClient;

  /** @param client created with `cacheMiddleware: true` */
  constructor(client: DynamoDBClient) {
    this.#client = client;
  }

  /** @throws Error if a value cannot be marshalled, before anything is sent */
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
 * A number, or a bigint for an integer beyond JavaScript's safe range, so that validation can reject the attribute by
 * name. The SDK's own conversion throws for some of these, and then the whole item is unreadable.
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
export class ScanCommand extends plain<ScanItemsCommandInput, ScanItemsCommandOutput>((client, input, options) =>
  client.send(new ScanItemsCommand(input), options),
) {}
