import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RequiredNames } from '../../../lambda/contract/env.ts';
import type { functions } from '../../../lambda/contract/functions.ts';
import { serviceVariable } from '../../../lambda/contract/metrics.ts';
import { deployedJwks, publishedJwks } from '../../../lambda/keys/publish.ts';
import { keyLife } from '../../../lambda/keys/rotation.ts';
import { startDynamoDb } from '../../../local/aws/dynamodb.ts';
import { callDynamoDb, localCredentials } from '../../../local/aws/dynamodb-call.ts';
import { place } from '../../../local/cloudformation/resource-types.ts';
import { build } from '../../../scripts/build.ts';
import { type CountingProxy, type Intercept, startCountingProxy } from '../../../test/support/counting-proxy.ts';
import { audience, issuer, ratchetRing, signingKey } from '../../../test/support/keys.ts';
import { Child } from './child.ts';
import type { SystemName } from './system.ts';

/** One engine behind one proxy, shared by all systems. */
export interface Stage {
  readonly engine: string;
  readonly endpoint: string;
  readonly proxy: CountingProxy;
  /** Delays every answer of the database by `latencyMs`. `decide` intercepts each call first. */
  pass(latencyMs: number, decide?: Intercept): void;
  start(name: SystemName): Promise<Child>;
  readonly environment: Readonly<Record<string, string>>;
  /** Directory of the built functions: `<bundles>/<entry>/index.js`. */
  readonly bundles: string;
  stop(): Promise<void>;
}

const modules: Readonly<Record<SystemName, string>> = {
  pawl: join(import.meta.dirname, 'pawl.ts'),
  'pawl-beside': join(import.meta.dirname, 'pawl.ts'),
  'better-auth': join(import.meta.dirname, '../peers/better-auth.ts'),
  'better-auth-reuse': join(import.meta.dirname, '../peers/better-auth-reuse.ts'),
  'supabase-rule': join(import.meta.dirname, '../peers/supabase-rule.ts'),
  openauth: join(import.meta.dirname, '../peers/openauth.ts'),
  'openauth-retention': join(import.meta.dirname, '../peers/openauth-retention.ts'),
  'oidc-provider': join(import.meta.dirname, '../peers/oidc-provider.ts'),
};

const string = (name: string) => ({ AttributeName: name, AttributeType: 'S' });
const hash = (name: string) => ({ AttributeName: name, KeyType: 'HASH' });
const index = (name: string, ProjectionType = 'KEYS_ONLY') => ({
  IndexName: name,
  KeySchema: [hash(name)],
  Projection: { ProjectionType },
});
const pkAndSk = {
  AttributeDefinitions: [string('pk'), string('sk')],
  KeySchema: [hash('pk'), { AttributeName: 'sk', KeyType: 'RANGE' }],
};
const betterAuth = {
  AttributeDefinitions: ['key', 'token', 'userId', 'clientId', 'identifier'].map(string),
  KeySchema: [hash('key')],
  GlobalSecondaryIndexes: ['token', 'userId', 'clientId', 'identifier'].map((name) => index(name, 'ALL')),
};
const tables: Readonly<Record<SystemName, object>> = {
  pawl: pkAndSk,
  'pawl-beside': pkAndSk,
  'better-auth': betterAuth,
  'better-auth-reuse': betterAuth,
  'supabase-rule': pkAndSk,
  openauth: pkAndSk,
  'openauth-retention': pkAndSk,
  'oidc-provider': {
    AttributeDefinitions: [string('id'), string('grantId'), string('accountId')],
    KeySchema: [hash('id')],
    GlobalSecondaryIndexes: [index('grantId'), index('accountId')],
  },
};

/** The environment variables of the measured functions. A variable that the stage does not set is a type error. */
type Measured = 'login' | 'refresh' | 'revoke' | 'sessions' | 'signals' | 'metadata' | 'authorizer';
type Variable = { [N in Measured]: RequiredNames<(typeof functions)[N]['env']> }[Measured];

/**
 * Builds Pawl's functions, starts the engine, and creates a table for each system.
 *
 * @param beside directory of an earlier build of Pawl's functions, for `pawl-beside`
 */
export async function openStage(beside?: string): Promise<Stage> {
  const bundles = mkdtempSync(join(tmpdir(), 'pawl-bench-'));
  await build({ output: bundles });
  const dynamo = await startDynamoDb();
  const proxy = await startCountingProxy(dynamo.endpoint);
  for (const [name, schema] of Object.entries(tables)) {
    await callDynamoDb(dynamo.endpoint, 'CreateTable', { TableName: name, BillingMode: 'PAY_PER_REQUEST', ...schema });
  }
  const signing = { version: 1 as const, next: signingKey('s2'), current: signingKey('s1'), previous: [] };
  const secrets: Readonly<Record<string, string>> = {
    ratchet: JSON.stringify(ratchetRing()),
    signing: JSON.stringify(signing),
    jwks: JSON.stringify(publishedJwks(signing)),
  };
  const aws = await otherServices(secrets);
  const children: Child[] = [];
  const own: Readonly<Record<Variable, string>> = {
    ISSUER: issuer,
    BASE_URL: issuer,
    AUDIENCE: audience,
    JWKS: JSON.stringify(deployedJwks(signing, keyLife(30, 600_000), Date.now())),
    JWKS_PARAMETER: 'jwks',
    TABLE_NAME: 'pawl',
    EVENT_BUS_NAME: 'bus',
    RATCHET_KEYS_SECRET: 'ratchet',
    SIGNING_KEYS_SECRET: 'signing',
    REFRESH_IDLE_TTL_SECONDS: '1209600',
    REFRESH_ABSOLUTE_TTL_SECONDS: '7776000',
    GRACE_SECONDS: '30',
    ROTATION_FLOOR_SECONDS: '50',
    SESSIONS_NOT_BEFORE: '0',
    ALLOWED_ORIGINS: '',
    CLIENTS: '',
    ACCESS_TOKEN_TTL_SECONDS: '600',
    MAX_SESSIONS_PER_USER: '50',
    TRIES_PER_ADDRESS: '1000000',
    KNOWN_TRIES_PER_ADDRESS: '1000000',
  };
  const environment = {
    ...own,
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint,
    BENCH_BUNDLES: bundles,
    BENCH_SIGNING_KEY: JSON.stringify(signing.current.privateJwk),
    [serviceVariable]: 'Pawl/TokenService',
  };
  return {
    engine: dynamo.engine,
    endpoint: dynamo.endpoint,
    proxy,
    environment,
    bundles,
    pass: (latencyMs, decide) => {
      proxy.intercept(async (call, forward) => {
        if (latencyMs > 0) await delay(latencyMs);
        return decide === undefined ? forward() : decide(call, forward);
      });
    },
    start: async (name) => {
      const other = { BENCH_BUNDLES: beside ?? bundles, TABLE_NAME: name };
      const own = name === 'pawl-beside' ? { ...environment, ...other } : environment;
      const child = await Child.start(modules[name], [proxy.endpoint, name], own);
      children.push(child);
      return child;
    },
    stop: async () => {
      await Promise.all(children.map((child) => child.kill()));
      await proxy.stop();
      await aws.stop();
      await dynamo.stop();
      rmSync(bundles, { recursive: true, force: true });
    },
  };
}

/** The parts of Secrets Manager, Parameter Store and EventBridge that the functions need. */
async function otherServices(secrets: Readonly<Record<string, string>>) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { SecretId, Name } = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, string>;
    response.sendDate = false; // the systems' clocks are ahead, and an SDK would correct its own clock by this header
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    const answer = SecretId
      ? { SecretString: secrets[SecretId] }
      : Name
        ? { Parameter: { Value: secrets[Name] } }
        : { FailedEntryCount: 0, Entries: [] };
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
