import {
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { callDynamoDb } from '../../local/aws/dynamodb-call.ts';
import type { LocalService } from '../../local/service.ts';
import { success, withCustomResource } from './support/custom-resource.ts';
import { serveForTest, temporaryDirectory } from './support/local-runner.ts';

describe('the account behind the endpoints', () => {
  const clients = ({ endpoints }: LocalService) => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const common = { region: 'us-east-1', credentials, endpoint: endpoints.AWS_ENDPOINT_URL_SSM ?? '' };
    const secrets = new SecretsManagerClient(common);
    const parameters = new SSMClient(common);
    onTestFinished(() => secrets.destroy());
    onTestFinished(() => parameters.destroy());
    return { secrets, parameters };
  };
  const options = withCustomResource(success);

  test('speaks to the AWS SDK, errors included', async () => {
    const { secrets, parameters } = clients(await serveForTest(options));
    const SecretId = 'Fixture-Secret';
    const first = await secrets.send(new GetSecretValueCommand({ SecretId }));
    expect(JSON.parse(first.SecretString ?? '')).toMatchObject({ version: 0 });
    expect(first.CreatedDate).toBeInstanceOf(Date);
    await secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString: 'new', ClientRequestToken: 'a'.repeat(32) }),
    );
    expect(await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPREVIOUS' }))).toMatchObject({
      SecretString: first.SecretString,
    });
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(secrets.send(new ListSecretsCommand())).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('ListSecrets') as string,
    });
    await parameters.send(new PutParameterCommand({ Name: 'Fixture-Parameter', Value: 'x', Overwrite: true }));
    const { Parameter } = await parameters.send(new GetParameterCommand({ Name: 'Fixture-Parameter' }));
    expect(Parameter).toMatchObject({ Value: 'x', Version: 2 });
    await expect(parameters.send(new GetParameterCommand({ Name: 'none' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });

  test.each(['directory', 'memory'] as const)(
    'table, secrets and parameters after a restart, kept in %s',
    async (kind) => {
      const dataDir = kind === 'memory' ? {} : { dataDir: temporaryDirectory() };
      const Item = { pk: { S: 'a' } };
      const first = await serveForTest(options, dataDir);
      await callDynamoDb(first.endpoints.AWS_ENDPOINT_URL_DYNAMODB ?? '', 'PutItem', {
        TableName: first.tableName,
        Item,
      });
      await clients(first).secrets.send(
        new PutSecretValueCommand({ SecretId: 'Fixture-Secret', SecretString: 'kept' }),
      );
      await first.stop();
      const second = await serveForTest(options, dataDir);
      const found = await callDynamoDb(second.endpoints.AWS_ENDPOINT_URL_DYNAMODB ?? '', 'GetItem', {
        TableName: second.tableName,
        Key: Item,
      });
      const secret = await clients(second).secrets.send(new GetSecretValueCommand({ SecretId: 'Fixture-Secret' }));
      expect(found.Item !== undefined).toBe(kind !== 'memory');
      expect(secret.SecretString === 'kept').toBe(kind !== 'memory');
    },
  );
});
