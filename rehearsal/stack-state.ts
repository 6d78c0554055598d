import { createHash } from 'node:crypto';
import { DeleteTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { account } from './environment.ts';

/** The data of a deployment that every update must keep. */
export interface KeptState {
  /** Items by their keys, as text, without throttle counters. */
  readonly items: ReadonlyMap<string, string>;
  /** Hashes of the secrets' values by ARN. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Reads the emulator's account with administrator permissions. */
export class StackState {
  readonly #dynamo: DynamoDBClient;
  readonly #secrets: SecretsManagerClient;
  readonly #lambda: LambdaClient;
  readonly #tableName: string;

  constructor(endpoint: string, tableName: string) {
    const { region, accessKey, secretKey } = account;
    const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
    const requestHandler = { requestTimeout: 10_000, throwOnRequestTimeout: true };
    const client = { endpoint, region, credentials, requestHandler };
    this.#dynamo = new DynamoDBClient(client);
    this.#secrets = new SecretsManagerClient(client);
    this.#lambda = new LambdaClient(client);
    this.#tableName = tableName;
  }

  /** Users, sessions and keys as they are now. */
  async kept(): Promise<KeptState> {
    const [items, secrets] = await Promise.all([this.#items(), this.#secretHashes()]);
    return { items, secrets };
  }

  /** Names of the functions that exist. */
  async functionNames(): Promise<readonly string[]> {
    const { Functions = [] } = await this.#lambda.send(new ListFunctionsCommand({}));
    return Functions.map(({ FunctionName = '' }) => FunctionName);
  }

  /** Tries to delete the table. Returns the message of the refusal, or `undefined` if the table was deleted. */
  async tryToDeleteTable(): Promise<string | undefined> {
    try {
      await this.#dynamo.send(new DeleteTableCommand({ TableName: this.#tableName }));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async #items(): Promise<ReadonlyMap<string, string>> {
    const { Items = [], LastEvaluatedKey } = await this.#dynamo.send(
      new ScanCommand({ TableName: this.#tableName, ConsistentRead: true }),
    );
    if (LastEvaluatedKey !== undefined) throw new Error('the table has grown too large for a rehearsal');
    const named = Items.map((item) => [`${item.pk?.S} ${item.sk?.S}`, JSON.stringify(item)] as const);
    return new Map(named.filter(([key]) => !key.startsWith('THROTTLE#')));
  }

  async #secretHashes(): Promise<ReadonlyMap<string, string>> {
    const { SecretList = [] } = await this.#secrets.send(new ListSecretsCommand({}));
    const hashes = SecretList.map(async ({ ARN = '' }) => {
      const { SecretString = '' } = await this.#secrets.send(new GetSecretValueCommand({ SecretId: ARN }));
      return [ARN, createHash('sha256').update(SecretString).digest('hex')] as const;
    });
    return new Map(await Promise.all(hashes));
  }
}

/** The items and secrets that are missing or different afterwards; empty when nothing changed. */
export function lossesBetween(before: KeptState, after: KeptState): readonly string[] {
  const compare = (what: string, old: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>) =>
    [...old].filter(([key, value]) => now.get(key) !== value).map(([key]) => `${what} ${key}`);
  return [...compare('item', before.items, after.items), ...compare('secret', before.secrets, after.secrets)];
}
