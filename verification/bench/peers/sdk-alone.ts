/** The requests to AWS of a first refresh, sent by the AWS SDK with Pawl's options, and nothing else. */
import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { connections } from '../../../lambda/connections.ts';
import { tableClient } from '../../../lambda/store/dynamo.ts';

const secrets = new SecretsManagerClient({
  maxAttempts: 2,
  requestHandler: connections({ connectionTimeout: 1000, requestTimeout: 2000 }),
});
const dynamo = tableClient();
const TableName = process.env.TABLE_NAME;

/** The event is the key of a session. */
export async function handler({ pk, sk }: { pk: string; sk: string }) {
  const ids = [process.env.RATCHET_KEYS_SECRET, process.env.SIGNING_KEYS_SECRET];
  await Promise.all(
    ids.map((SecretId) => secrets.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSCURRENT' }))),
  );
  const [{ Attributes }, { Item }] = await Promise.all([
    dynamo.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: { S: pk }, sk: { S: sk } },
        ConditionExpression: '#status = :active AND generation = :generation',
        UpdateExpression: 'SET generation = :successor, currentHash = :hash, nonce = :hash, rotatedAt = :now',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':active': { S: 'active' },
          ':generation': { N: '0' },
          ':successor': { N: '1' },
          ':hash': { S: 'a'.repeat(43) },
          ':now': { N: String(Date.now()) },
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ),
    dynamo.send(new GetItemCommand({ TableName, Key: { pk: { S: pk }, sk: { S: 'ACCOUNT' } }, ConsistentRead: true })),
  ]);
  return { generation: Attributes?.generation?.N, account: Item?.status?.S };
}
