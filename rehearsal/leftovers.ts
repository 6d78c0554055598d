import {
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  ScanCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { account } from './environment.ts';

/** Names of the resources in an account, without those of `cdk bootstrap`. */
export interface Inventory {
  readonly tables: readonly TableState[];
  readonly secrets: readonly string[];
  readonly functions: readonly string[];
  readonly parameters: readonly string[];
  readonly buses: readonly string[];
}

export interface TableState {
  readonly name: string;
  readonly items: number;
  readonly protectedFromDeletion: boolean;
}

const { region, accessKey, secretKey } = account;

/** Lists the resources of the emulator's account, with administrator permissions. */
export async function inventory(endpoint: string): Promise<Inventory> {
  const client = clientOf(endpoint);
  const dynamo = new DynamoDBClient(client);
  const [{ TableNames = [] }, { SecretList = [] }, { Functions = [] }, { Parameters = [] }, { EventBuses = [] }] =
    await Promise.all([
      dynamo.send(new ListTablesCommand({})),
      new SecretsManagerClient(client).send(new ListSecretsCommand({ IncludePlannedDeletion: true })),
      new LambdaClient(client).send(new ListFunctionsCommand({})),
      new SSMClient(client).send(new DescribeParametersCommand({})),
      new EventBridgeClient(client).send(new ListEventBusesCommand({})),
    ]);
  const tables = TableNames.map(async (name): Promise<TableState> => {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: name }));
    const { Count = 0 } = await dynamo.send(
      new ScanCommand({ TableName: name, Select: 'COUNT', ConsistentRead: true }),
    );
    return { name, items: Count, protectedFromDeletion: Table?.DeletionProtectionEnabled === true };
  });
  const named = (list: readonly { readonly Name?: string | undefined }[]) => list.map(({ Name = '' }) => Name);
  return {
    tables: await Promise.all(tables),
    secrets: named(SecretList),
    functions: Functions.map(({ FunctionName = '' }) => FunctionName),
    parameters: named(Parameters).filter((name) => !name.startsWith('/cdk-bootstrap/')),
    buses: named(EventBuses).filter((name) => name !== 'default'),
  };
}

/** Deletes a protected table with the two calls that docs/deploy.md gives. */
export async function deleteProtectedTable(endpoint: string, name: string): Promise<void> {
  const dynamo = new DynamoDBClient(clientOf(endpoint));
  await dynamo.send(new UpdateTableCommand({ TableName: name, DeletionProtectionEnabled: false }));
  await dynamo.send(new DeleteTableCommand({ TableName: name }));
}

function clientOf(endpoint: string) {
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
  const requestHandler = { requestTimeout: 10_000, throwOnRequestTimeout: true };
  return { endpoint, region, credentials, requestHandler };
}
