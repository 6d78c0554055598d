import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startDynamoDb } from '../../local/dynamodb.ts';
import { callDynamoDb } from '../../local/dynamodb-call.ts';
import { type LocalOptions, type LocalService, startLocal } from '../../local/service.ts';
import { type FixtureOptions, writeFixture } from '../support/local-fixture.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(fixtureOptions: FixtureOptions, options: Partial<LocalOptions> = {}): Promise<LocalService> {
  const fixture = writeFixture(fixtureOptions);
  cleanups.push(fixture.remove);
  const service = await startLocal({ cloudAssembly: fixture.directory, ...options });
  cleanups.push(service.stop);
  return service;
}

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pawl-data-'));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const put = `const answer = (body) => new Promise((resolve, reject) => {
  const { request } = require('node:http');
  const outgoing = request(event.ResponseURL, { method: 'PUT' }, (incoming) => { incoming.resume(); incoming.on('end', resolve); });
  outgoing.on('error', reject);
  outgoing.end(JSON.stringify({ StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId, ...body }));
});`;

/** A function that needs what a custom resource makes, which needs another function and a parameter. */
const withCustomResource = (body: string): FixtureOptions => ({
  functions: { Maker: put + body, Reader: 'return process.env.MADE;' },
  routes: { 'GET /': { to: 'Reader' } },
  properties: { Reader: { Environment: { Variables: { MADE: { 'Fn::GetAtt': ['Made', 'value'] } } } } },
  resources: {
    Made: {
      Type: 'Custom::Thing',
      Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] }, Number: 5, Name: { Ref: 'Parameter' } },
    },
    Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'from the template' } },
    Secret: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { GenerateSecretString: { SecretStringTemplate: '{"version":0}', GenerateStringKey: 'unused' } },
    },
  },
});
const success = `await answer({ Status: 'SUCCESS', PhysicalResourceId: 'p1', Data: { value: event.RequestType + ' ' + JSON.stringify(event.ResourceProperties.Number) + ' ' + event.ResourceProperties.Name + ' ' + event.PhysicalResourceId } });`;

describe('custom resources', () => {
  test('are created before whoever needs their attributes, their properties as text', async () => {
    const service = await start(withCustomResource(success));
    expect(await service.invoke('Reader', {})).toEqual({ ok: true, payload: 'Create "5" Fixture-Parameter undefined' });
  });
  test('are updated when a data directory has them already', async () => {
    const dataDir = await temporary();
    await (await start(withCustomResource(success), { dataDir })).stop();
    const service = await start(withCustomResource(success), { dataDir });
    expect(await service.invoke('Reader', {})).toEqual({ ok: true, payload: 'Update "5" Fixture-Parameter p1' });
  });
  test.each([
    [
      'says FAILED',
      `await answer({ Status: 'FAILED', Reason: 'no luck' });`,
      'the custom resource Made failed: no luck',
    ],
    ['throws', `throw new Error('broken');`, 'the custom resource Made failed: Maker: broken'],
    [
      'names no physical id',
      `await answer({ Status: 'SUCCESS' });`,
      'the custom resource Made gave no PhysicalResourceId',
    ],
  ])('whose function %s end the start with a clear error', async (_name, body, message) => {
    await expect(start(withCustomResource(body))).rejects.toThrow(message);
  });
});

describe('the account behind the endpoints', () => {
  const clients = ({ endpoints }: LocalService) => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const common = { region: 'us-east-1', credentials, endpoint: endpoints.AWS_ENDPOINT_URL_SSM ?? '' };
    const secrets = new SecretsManagerClient(common);
    const parameters = new SSMClient(common);
    cleanups.push(() => [secrets.destroy(), parameters.destroy()]);
    return { secrets, parameters };
  };
  const options = withCustomResource(success);

  test('speaks to the AWS SDK, errors included', async () => {
    const { secrets, parameters } = clients(await start(options));
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
      const dataDir = kind === 'memory' ? {} : { dataDir: await temporary() };
      const Item = { pk: { S: 'a' } };
      const first = await start(options, dataDir);
      await callDynamoDb(first.endpoints.AWS_ENDPOINT_URL_DYNAMODB ?? '', 'PutItem', {
        TableName: first.tableName,
        Item,
      });
      await clients(first).secrets.send(
        new PutSecretValueCommand({ SecretId: 'Fixture-Secret', SecretString: 'kept' }),
      );
      await first.stop();
      const second = await start(options, dataDir);
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

describe('EventBridge', () => {
  const rule = (Properties: object) => ({
    Type: 'AWS::Events::Rule',
    Properties: { EventBusName: { Ref: 'Bus' }, ...Properties },
  });
  const target = {
    Targets: [
      {
        Id: 'T',
        Arn: { 'Fn::GetAtt': ['Target', 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
      },
    ],
  };
  const options: FixtureOptions = {
    functions: { Target: `console.log(JSON.stringify(event)); if (event.detail.fail) throw new Error('refused');` },
    routes: { 'GET /': { to: 'Target' } },
    resources: {
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
      Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
      Rule: rule({ EventPattern: { source: ['app'], detail: { kind: ['a', { prefix: 'b' }] } }, ...target }),
    },
  };
  const put = async ({ endpoints }: LocalService, Entries: readonly object[]): Promise<Record<string, unknown>> => {
    const headers = { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' };
    const response = await fetch(endpoints.AWS_ENDPOINT_URL_EVENTBRIDGE ?? '', {
      method: 'POST',
      headers,
      body: JSON.stringify({ Entries }),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const entry = (detail: object, Source = 'app', EventBusName = 'bus') => ({
    EventBusName,
    Source,
    DetailType: 'thing',
    Detail: JSON.stringify(detail),
  });
  const seenBy = ({ logs }: LocalService): readonly string[] => logs.map(({ line }) => line);

  test('hands the events that fit a rule of their bus to its function, those alone', async () => {
    const service = await start(options);
    service.advance(3_600);
    const arn = 'arn:aws:events:us-east-1:000000000000:event-bus/bus';
    const entries = [
      entry({ kind: 'x' }),
      entry({ kind: 'a' }, 'other'),
      entry({ kind: 'a' }, 'app', 'default'),
      entry({ kind: 'bee' }, 'app', arn),
      { Detail: '{' },
    ];
    expect(await put(service, entries)).toMatchObject({ FailedEntryCount: 1 });
    await vi.waitFor(() => expect(seenBy(service)).toHaveLength(1), 5_000);
    const event = JSON.parse(seenBy(service)[0] ?? '') as { time: string };
    expect(event).toMatchObject({
      source: 'app',
      'detail-type': 'thing',
      detail: { kind: 'bee' },
      region: 'us-east-1',
    });
    expect(Date.parse(event.time) - Date.now()).toBeGreaterThan(3_500_000);
    expect(service.events).toHaveLength(4);
  });
  test('tries again, and says when it gives up', async () => {
    const service = await start(options);
    await put(service, [entry({ kind: 'a', fail: true })]);
    await vi.waitFor(() => expect(seenBy(service).at(-1)).toMatch(/^gave up on event .*: refused$/), 5_000);
    expect(seenBy(service).filter((line) => line.startsWith('{'))).toHaveLength(3);
  });
  test('does not start with a pattern that it cannot follow', async () => {
    const resources = {
      ...options.resources,
      Rule: rule({ EventPattern: { source: [{ 'anything-but': 'x' }] }, ...target }),
    };
    await expect(start({ ...options, resources })).rejects.toThrow(
      'Rule: the local run knows patterns of values, prefix and exists only',
    );
  });
});

describe('embedded DynamoDB', () => {
  test.each(['dynoxide', 'dynalite'] as const)(
    '%s answers once it is started, and is gone after stop',
    async (engine) => {
      const database = await startDynamoDb({ engine });
      expect(await callDynamoDb(database.endpoint, 'ListTables', {})).toEqual({ TableNames: [] });
      await database.stop();
      expect(await database.exited).toBeUndefined();
      await expect(callDynamoDb(database.endpoint, 'ListTables', {})).rejects.toThrow();
    },
  );
  test('many can start at once', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, async () => startDynamoDb()));
    cleanups.push(() => Promise.all(all.map(async ({ stop }) => stop())));
    expect(new Set(all.map(({ endpoint }) => endpoint)).size).toBe(6);
  });
  test('another engine serves in its place, with the table that it has already', async () => {
    const database = await startDynamoDb({ engine: 'dynalite' });
    cleanups.push(database.stop);
    const options: FixtureOptions = { functions: { Echo: 'return event;' }, routes: { 'GET /': { to: 'Echo' } } };
    for (let round = 0; round < 2; round += 1) {
      const service = await start(options, { dynamodbEndpoint: database.endpoint });
      expect(service.endpoints.AWS_ENDPOINT_URL_DYNAMODB).toBe(database.endpoint);
      await service.stop();
    }
    expect(await callDynamoDb(database.endpoint, 'ListTables', {})).toEqual({ TableNames: ['Fixture-Table'] });
  });
  test('its death is told', async () => {
    const service = await start({ functions: { Echo: 'return event;' }, routes: { 'GET /': { to: 'Echo' } } });
    process.kill(service.databasePid ?? Number.NaN, 'SIGKILL');
    expect(await service.failed).toBe('the database ended (SIGKILL)');
  });
});

describe('a start that cannot succeed', () => {
  const echo: FixtureOptions = { functions: { Echo: 'return event;' }, routes: { 'GET /': { to: 'Echo' } } };

  test('says that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    cleanups.push(() => other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    await expect(start(echo, { port })).rejects.toThrow(`port ${port} is taken; choose another with PORT=<number>`);
  });
  test('says which bundle is missing', async () => {
    const fixture = writeFixture(echo);
    cleanups.push(fixture.remove);
    rmSync(join(fixture.directory, 'asset.Echo/index.js'));
    await expect(startLocal({ cloudAssembly: fixture.directory })).rejects.toThrow(
      /Echo: the bundle .*index\.js is missing/,
    );
    rmSync(join(fixture.directory, 'asset.Echo'), { recursive: true });
    await expect(startLocal({ cloudAssembly: fixture.directory })).rejects.toThrow(/asset directory .* is missing/);
  });
  test.each<[string, object, string]>([
    [
      'a type that it does not know',
      { Bucket: { Type: 'AWS::S3::Bucket' } },
      'the local run does not know the resource type AWS::S3::Bucket (Bucket)',
    ],
    [
      'a second HTTP API',
      { Other: { Type: 'AWS::ApiGatewayV2::Api' } },
      'the local run serves one HTTP API, but the stack has more',
    ],
    [
      'a stage of its own',
      { Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { StageName: 'v1' } } },
      'Stage: the local run serves the stage $default only',
    ],
  ])('says that the stack has %s', async (_name, resources, message) => {
    await expect(start({ ...echo, resources: resources as Record<string, object> })).rejects.toThrow(message);
  });
  test('says which environment it cannot resolve, before any request', async () => {
    const Variables = { RECORD: { Ref: 'Record' } };
    const resources = { Record: { Type: 'AWS::Route53::RecordSet' } };
    const properties = { Echo: { Environment: { Variables } } };
    await expect(start({ ...echo, resources, properties })).rejects.toThrow(
      'Echo.Environment: the local run does not know the Ref of Record (AWS::Route53::RecordSet)',
    );
  });
  test('says that there is no assembly', async () => {
    await expect(startLocal({ cloudAssembly: join(tmpdir(), 'none') })).rejects.toThrow(/cannot read .*manifest\.json/);
  });
});
