import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts';
import { reset } from '../support/fault-proxy.ts';
import type { HttpReply } from '../support/http-client.ts';
import { synthesizedStack } from '../support/local-assembly.ts';
import { type ProxiedService, startProxied } from './support/service.ts';
import * as session from './support/session.ts';

/**
 * The keys are unavailable: the issuer does not respond to functions that need its JWKS, or Parameter Store does not answer the
 * JWKS route. Nothing is decided then, and nobody is told that a token is bad. The tests follow one another.
 */

let issuer: Server;
let issuerIsUp = false;
let parameters: CountingProxy;
let service: ProxiedService;
let directory: string;
let tokens: session.Tokens;
let password: string;

beforeAll(async () => {
  issuer = createServer(async (request, response) => {
    if (!issuerIsUp) return void request.socket.destroy();
    const reply = await service.send({ method: 'GET', path: request.url ?? '' });
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.text);
  });
  issuer.listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  let ssm = '';
  parameters = await startCountingProxy(() => ssm);
  directory = mkdtempSync(join(tmpdir(), 'pawl-key-outage-'));
  await stackWith(`http://127.0.0.1:${(issuer.address() as AddressInfo).port}`, parameters.endpoint, directory);
  service = await startProxied({ assembly: directory });
  ssm = service.local.endpoints.AWS_ENDPOINT_URL_SSM ?? '';
  const user = await service.addUser();
  password = user.password;
  tokens = await session.openSession(service, user);
});
afterAll(async () => {
  await service.stop();
  await parameters.stop();
  issuer.close();
  rmSync(directory, { recursive: true });
});

/** The synthesized stack without keys from the deployment, its issuer and its Parameter Store elsewhere. */
async function stackWith(issuerUrl: string, parameterStore: string, output: string): Promise<void> {
  cpSync(await synthesizedStack(), output, { recursive: true });
  const path = join(output, 'Pawl.template.json');
  const template = JSON.parse(readFileSync(path, 'utf8')) as {
    Resources: Record<string, { Properties?: { Environment?: { Variables: Record<string, unknown> } } }>;
  };
  let changed = 0;
  for (const [id, { Properties }] of Object.entries(template.Resources)) {
    const variables = Properties?.Environment?.Variables;
    if (variables?.ISSUER === undefined) continue;
    variables.ISSUER = issuerUrl;
    if (variables.JWKS !== undefined) variables.JWKS = '{"keys":[]}';
    if (id.startsWith('TokenServiceMetadata')) variables.AWS_ENDPOINT_URL_SSM = parameterStore;
    changed += 1;
  }
  expect(changed).toBeGreaterThan(5);
  writeFileSync(path, JSON.stringify(template));
}

const withToken = () => ({ authorization: `Bearer ${tokens.accessToken}` });
const json = { 'content-type': 'application/json' };

/** Every route that checks an access token. */
const routes: readonly (readonly [string, () => Promise<HttpReply>])[] = [
  ['GET /me', () => service.send({ method: 'GET', path: '/me', headers: withToken() })],
  ['GET /auth/sessions', () => service.send({ method: 'GET', path: '/auth/sessions', headers: withToken() })],
  [
    'DELETE /auth/sessions/{sid}',
    () => service.send({ method: 'DELETE', path: '/auth/sessions/x', headers: withToken() }),
  ],
  ['POST /auth/revoke-all', () => post('/auth/revoke-all', { keep_current: true, current_password: password })],
  [
    'POST /auth/password',
    () => post('/auth/password', { current_password: password, new_password: 'Mooring line 42 zz' }),
  ],
  ['POST /auth/email', () => post('/auth/email', { current_password: password, email: 'new@example.com' })],
];

const post = (path: string, body: object) =>
  service.send({ method: 'POST', path, headers: { ...json, ...withToken() }, body: JSON.stringify(body) });

const told = ({ status, headers, text }: HttpReply) =>
  `${status} ${text} retry-after: ${headers['retry-after'] ?? '-'} www-authenticate: ${headers['www-authenticate'] ?? '-'}`;

function show(name: string, reply: HttpReply): void {
  if (process.env.PRINT_TABLES !== undefined) process.stdout.write(`${name}: ${told(reply)}\n`);
}

describe('while the issuer does not answer', () => {
  test('a good token is not refused at the authorizer: 500', async () => {
    const [[name, ask] = routes[0] as never] = routes;
    const reply = await ask();
    show(name, reply);
    expect([reply.status, reply.json.message]).toEqual([500, 'Internal Server Error']);
  });

  test.each(routes.slice(1))('%s returns 503 with Retry-After, without a challenge', async (name, ask) => {
    const reply = await ask();
    show(name, reply);
    session.expectError(reply, 503, 'temporarily_unavailable');
    expect(Number(reply.headers['retry-after'])).toBeLessThanOrEqual(10);
    expect(reply.headers['www-authenticate']).toBeUndefined();
  });

  test('the log records a server fault', () => {
    const texts = service.local.logs.map(({ line }) => line).filter((line) => line.includes('"keys_unavailable"'));
    const lines = texts.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(routes.length);
    for (const line of lines) expect(line).toMatchObject({ level: 'error', outcome: 'unavailable', faults: 1 });
  });

  test('and once it answers, the same token is good', async () => {
    issuerIsUp = true;
    // Warm, so that a busy machine answers within the verifier's time-out.
    expect((await service.send({ method: 'GET', path: '/.well-known/jwks.json' })).status).toBe(200);
    service.local.advance(11);
    for (const [name, ask] of routes.slice(0, 2)) {
      const reply = await ask();
      expect([name, reply.status]).toEqual([name, 200]);
    }
  });
});

describe('while Parameter Store does not answer', () => {
  const jwks = () => service.send({ method: 'GET', path: '/.well-known/jwks.json' });

  test('a warm JWKS route answers with what it has for an hour, then 503', async () => {
    const before = await jwks();
    expect(before.status).toBe(200);
    parameters.intercept(reset);
    service.local.advance(3500);
    const stale = await jwks();
    show('GET /.well-known/jwks.json, warm, after 3,500 s', stale);
    expect([stale.status, stale.text]).toEqual([200, before.text]);
    service.local.advance(101);
    const gone = await jwks();
    show('GET /.well-known/jwks.json, warm, after 3,601 s', gone);
    session.expectError(gone, 503, 'temporarily_unavailable');
    parameters.intercept(undefined);
    expect((await jwks()).text).toBe(before.text);
  });
});
