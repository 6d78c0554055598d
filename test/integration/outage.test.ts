import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { failInternally, reset } from '../support/fault-proxy.ts';
import type { HttpReply } from '../support/http-client.ts';
import { synthesizedStack } from '../support/local-assembly.ts';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import { expectError, login, me, openSession, refresh, revoke, type Tokens, tokensOf } from './support/session.ts';

/** What the functions depend on is not there. The tests follow one another: a function has one cold start. */

let secrets: CountingProxy;
let service: ProxiedService;
let user: User;
let directory: string;
let tokens: Tokens;

beforeAll(async () => {
  let local = '';
  secrets = await startCountingProxy(() => local);
  directory = mkdtempSync(join(tmpdir(), 'pawl-outage-'));
  await stackWithSecretsAt(secrets.endpoint, directory);
  service = await startProxied({ assembly: directory });
  local = service.local.endpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '';
  user = await service.addUser();
});
afterAll(async () => {
  await service.stop();
  await secrets.stop();
  rmSync(directory, { recursive: true });
});

/** The synthesized stack, its session functions told of another Secrets Manager. */
async function stackWithSecretsAt(endpoint: string, output: string): Promise<void> {
  cpSync(await synthesizedStack(), output, { recursive: true });
  const path = join(output, 'Pawl.template.json');
  const template = JSON.parse(readFileSync(path, 'utf8')) as { Resources: Record<string, FunctionResource> };
  const ids = Object.keys(template.Resources).filter((id) => /^TokenService(Login|Refresh|Revoke)Function/.test(id));
  expect(ids).toHaveLength(3);
  for (const id of ids) {
    const variables = template.Resources[id]?.Properties.Environment.Variables ?? {};
    variables.AWS_ENDPOINT_URL_SECRETS_MANAGER = endpoint;
  }
  writeFileSync(path, JSON.stringify(template));
}

interface FunctionResource {
  readonly Properties: { readonly Environment: { readonly Variables: Record<string, unknown> } };
}

function expectUnavailable(reply: HttpReply): void {
  expectError(reply, 503, 'temporarily_unavailable');
  expect(Number(reply.headers['retry-after'])).toBeLessThanOrEqual(10);
}

test('without Secrets Manager a cold login answers 503 and stores nothing', async () => {
  secrets.intercept(reset);
  service.dynamo.clear();
  expectUnavailable(await login(service, user));
  expect(service.dynamo.calls.filter(({ operation }) => operation === 'PutItem')).toEqual([]);
  secrets.intercept(undefined);
  tokens = await openSession(service, user);
});

test('without Secrets Manager a cold refresh and revoke answer 503 and ask no table', async () => {
  service.dynamo.clear();
  for (const fault of [reset, failInternally]) {
    secrets.intercept(fault);
    expectUnavailable(await refresh(service, tokens.refreshToken));
    expectUnavailable(await revoke(service, tokens.refreshToken));
  }
  expect(service.dynamo.calls).toEqual([]);
  secrets.intercept(undefined);
  service.local.advance(31);
  tokens = { ...tokens, ...tokensOf(await refresh(service, tokens.refreshToken)) };
});

test('once the keys are loaded, the service continues without it', async () => {
  secrets.intercept(reset);
  service.local.advance(3600);
  tokens = tokensOf(await refresh(service, tokens.refreshToken));
  expect((await me(service, tokens.accessToken)).status).toBe(200);
  expect((await login(service, user)).status).toBe(200);
  secrets.intercept(undefined);
});

test('without its table, every route that needs it returns 500 and reveals nothing', async () => {
  await service.table('DeleteTable', {});
  const before = service.local.logs.length;
  const replies = [
    await login(service, user),
    await refresh(service, tokens.refreshToken),
    await revoke(service, tokens.refreshToken),
  ];
  for (const reply of replies) {
    expectError(reply, 500, 'server_error');
    expect(reply.json.error_description).toBe('The service failed.');
    expect(reply.cookies).toEqual([]);
  }
  const logged = service.local.logs.slice(before).map(({ line }) => JSON.parse(line) as Record<string, unknown>);
  for (const line of logged) {
    expect(line).toMatchObject({ level: 'error', status: 500, reason: 'store_refused' });
    expect(line.error).toMatchObject({ name: 'Fault < ResourceNotFoundException' });
  }
  expect(logged).toHaveLength(3);
  expect((await me(service, tokens.accessToken)).status).toBe(200);
});
