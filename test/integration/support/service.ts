import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createAccount } from '../../../lambda/core/create-account.ts';
import { Argon2Passwords } from '../../../lambda/crypto/argon2-passwords.ts';
import { nodeCodec, nodeRandom } from '../../../lambda/crypto/node-crypto.ts';
import type { Argon2Cost } from '../../../lambda/crypto/stored-hash.ts';
import { DocumentClient } from '../../../lambda/store/document-client.ts';
import { DynamoAccounts } from '../../../lambda/store/dynamo-accounts.ts';
import { systemClock } from '../../../lambda/system-clock.ts';
import { startDynamoDb } from '../../../local/aws/dynamodb.ts';
import { callDynamoDb, localCredentials } from '../../../local/aws/dynamodb-call.ts';
import { type LocalService, startLocal } from '../../../local/service.ts';
import { type CountingProxy, startCountingProxy } from '../../support/counting-proxy.ts';
import { type HttpCall, type HttpReply, send } from '../../support/http-client.ts';
import { insistOnHygiene } from '../../support/hygiene.ts';
import { synthesizedStack } from '../../support/local-assembly.ts';
import { canary, writeDown, writeDownLine } from '../../support/transcript.ts';

/** A user with an account, and how it logs in. */
export interface User {
  readonly subject: string;
  readonly username: string;
  readonly password: string;
}

/** What a test's user is like. */
export interface UserOptions {
  /** @default one that nobody else has */
  readonly username?: string;
  /** @default read write */
  readonly scopes?: readonly string[];
  /** Cost of the stored password hash. @default today's */
  readonly cost?: Argon2Cost;
}

/** The whole service on this machine, with a counting proxy between its functions and DynamoDB. */
export interface ProxiedService {
  readonly local: LocalService;
  readonly dynamo: CountingProxy;
  send(call: HttpCall): Promise<HttpReply>;
  addUser(options?: UserOptions): Promise<User>;
  /** A request to the engine itself, past the proxy. */
  table(operation: string, input: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  /** Fails when a secret stands in a log line or an event. */
  stop(): Promise<void>;
}

/** Settings of the suites that need others than the defaults: one set, so that it is synthesized once. */
export const webApp = {
  origin: 'https://app.example.com',
  idleSeconds: 172_800,
  absoluteSeconds: 432_000,
  sessionCap: 3,
} as const;

/** {@link webApp} as context. */
export const webAppContext = {
  allowedOrigins: `${webApp.origin} http://localhost:5173`,
  refreshIdleTtlSeconds: `${webApp.idleSeconds}`,
  refreshAbsoluteTtlSeconds: `${webApp.absoluteSeconds}`,
  maxSessionsPerUser: `${webApp.sessionCap}`,
} as const;

/** How a test wants its service. */
export interface ServiceOptions {
  /** Settings of the stack. @default none */
  readonly context?: Readonly<Record<string, string>>;
  /** A synthesized stack other than that of {@link context}. */
  readonly assembly?: string;
  /** Lets `local.goStale()` kill the functions' connections. @default false */
  readonly freezable?: boolean;
}

/** Starts a service of the test's own; once its stack is synthesized, that takes a second. */
export async function startProxied({
  context,
  assembly,
  freezable = false,
}: ServiceOptions = {}): Promise<ProxiedService> {
  const cloudAssembly = assembly ?? (await synthesizedStack(context));
  const engine = await startDynamoDb();
  const dynamo = await startCountingProxy(engine.endpoint);
  const frozen = freezable ? { resetIdleMs: Number.POSITIVE_INFINITY } : {};
  const served = { cloudAssembly, dynamodbEndpoint: dynamo.endpoint, onLog: writeDownLine, ...frozen };
  const local = await startLocal(served);
  dynamo.clear();
  const { tableName } = local;
  const client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'us-east-1', credentials: localCredentials });
  const table = { name: tableName, client: new DocumentClient(client) };
  const passwords = new Set<string>();
  const random = () => nodeCodec.toBase64url(nodeRandom.bytes(12));
  return {
    local,
    dynamo,
    send: (call) => send(local.url, call),
    addUser: async ({ username = `user-${random().toLowerCase()}`, scopes = ['read', 'write'], cost } = {}) => {
      const password = `Canary password ${random()}`;
      passwords.add(password);
      canary(password);
      const { subject } = await createAccount(
        { username, password, scopes },
        {
          clock: systemClock,
          random: nodeRandom,
          codec: nodeCodec,
          passwords: new Argon2Passwords(cost),
          accounts: new DynamoAccounts(table, random),
        },
      );
      return { subject, username, password };
    },
    table: (operation, input) => callDynamoDb(engine.endpoint, operation, { TableName: tableName, ...input }),
    stop: async () => {
      client.destroy();
      await local.stop();
      await dynamo.stop();
      await engine.stop();
      for (const event of local.events) writeDown('event', JSON.stringify(event));
      insistOnHygiene(local, passwords);
    },
  };
}

/** A service for all tests of a file. What is returned is filled before the first of them. */
export function serviceForFile(options?: ServiceOptions): ProxiedService {
  const service = {} as ProxiedService;
  beforeAll(async () => {
    Object.assign(service, await startProxied(options));
  });
  afterAll(() => service.stop());
  return service;
}

/** A user for each test, in a new hour for the counters of tries. What is returned holds that of the test that runs. */
export function userForEachTest(service: ProxiedService): User {
  const user = { subject: '', username: '', password: '' };
  beforeEach(async () => {
    service.local.advance(3600);
    Object.assign(user, await service.addUser());
  });
  return user;
}
