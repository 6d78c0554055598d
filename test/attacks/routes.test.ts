import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda';
import type fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { captureLog } from '../support/capture-log.ts';
import { check } from '../support/check.ts';
import { httpEvent } from '../support/http-event.ts';
import { alice } from '../support/world.ts';
import { eventOf, malformed } from './support/events.ts';
import { type Codes, faultsOf, leaked } from './support/judge.ts';
import { clear, clock, forget, snapshot, stored, stubEnvironment } from './support/memory-service.ts';
import { type Genuine, hostileRequest } from './support/requests.ts';
import { printTable } from './support/table.ts';

vi.mock('../../lambda/wiring.ts', async () => (await import('./support/memory-service.ts')).wiring);
vi.mock('../../lambda/crypto/argon2-passwords.ts', async () => {
  const { CheapPasswords } = await import('../support/passwords.ts');
  return { Argon2Passwords: CheapPasswords };
});
vi.mock('../../lambda/keys/published-jwks.ts', async () => {
  const { keys } = await import('./support/memory-service.ts');
  return { publishedJwks: () => async () => keys.jwks };
});

type Handler = (event: APIGatewayProxyEventV2) => Promise<Result>;

const runs = 1000;
const origin = 'https://app.example.com';
const own: Genuine = { refreshToken: '', accessToken: '', sessionId: '', password: 'correct horse', origin };
const protectedBy: Codes = { 400: ['invalid_request'], 401: ['invalid_token'] };
const oauth = ['invalid_request', 'invalid_grant', 'unsupported_grant_type', 'unsupported_token_type'];
const owned: Codes = {
  400: ['invalid_request', 'access_denied'],
  401: ['invalid_token', 'insufficient_user_authentication'],
  429: ['slow_down'],
};
const tried: Codes = { ...protectedBy, 400: ['invalid_request', 'access_denied'], 429: ['slow_down'] };

const routes: readonly (readonly [string, () => Promise<{ handler: unknown }>, Codes])[] = [
  [
    'POST /auth/login',
    () => import('../../lambda/handlers/login.ts'),
    { 400: oauth.slice(0, 2), 401: ['invalid_client'], 429: ['slow_down'] },
  ],
  [
    'POST /auth/refresh',
    () => import('../../lambda/handlers/refresh.ts'),
    { 400: [...oauth.slice(0, 3), 'invalid_scope'], 401: ['invalid_client'] },
  ],
  [
    'POST /auth/revoke',
    () => import('../../lambda/handlers/revoke.ts'),
    { 400: ['invalid_request', 'invalid_grant', 'unsupported_token_type'], 401: ['invalid_client'] },
  ],
  ['POST /auth/revoke-all', () => import('../../lambda/handlers/sessions.ts'), owned],
  ['GET /auth/sessions', () => import('../../lambda/handlers/sessions.ts'), protectedBy],
  ['DELETE /auth/sessions/{sid}', () => import('../../lambda/handlers/sessions.ts'), { ...owned, 404: ['not_found'] }],
  ['POST /auth/password', () => import('../../lambda/handlers/credentials.ts'), tried],
  ['POST /auth/email', () => import('../../lambda/handlers/credentials.ts'), tried],
  ['GET /.well-known/jwks.json', () => import('../../lambda/handlers/metadata.ts'), { 400: ['invalid_request'] }],
  [
    'GET /.well-known/oauth-authorization-server',
    () => import('../../lambda/handlers/metadata.ts'),
    { 400: ['invalid_request'] },
  ],
];

const rows: (readonly unknown[])[] = [];
let restore: () => void;
const handlers = new Map<string, Handler>();

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: clock.nowMs() });
  stubEnvironment(origin);
  clear();
  for (const [route, load] of routes) handlers.set(route, ((await load()) as { handler: Handler }).handler);
  const body = JSON.stringify({ username: alice.username, password: own.password });
  const log = captureLog();
  const answer = await handlerOf('POST /auth/login')(httpEvent({ path: '/auth/login', body }));
  expect(log.all()).toHaveLength(1);
  vi.restoreAllMocks();
  const { refresh_token, access_token, session_id } = JSON.parse(answer.body ?? '') as Record<string, string>;
  Object.assign(own, { refreshToken: refresh_token, accessToken: access_token, sessionId: session_id });
  restore = snapshot();
});
afterAll(() => {
  const sum = (column: number) => rows.reduce((total, row) => total + Number(row[column]), 0);
  const all = ['all', ...[1, 2, 3, 4, 5].map(sum), Math.max(...rows.map((row) => Number(row[6])))];
  printTable(['hostile requests', 'requests', '2xx', '4xx', '5xx', 'thrown', 'slowest ms'], [...rows, all]);
  vi.useRealTimers();
});

function handlerOf(route: string): Handler {
  const handler = handlers.get(route);
  if (handler === undefined) throw new Error(`no ${route}`);
  return handler;
}

/** Sends events to a route, each to a service that is as it was at first, and judges what comes back. */
async function attack(
  name: string,
  handler: Handler,
  codes: Codes,
  events: (own: Genuine) => fc.Arbitrary<unknown>,
): Promise<void> {
  const count = { requests: 0, success: 0, refused: 0, failed: 0, thrown: 0, slowest: 0 };
  const log = captureLog();
  await check(runs, [events(own)], async (event) => {
    restore();
    const before = stored();
    const from = log.text().length;
    forget();
    const startedAt = performance.now();
    const answer = await handler(event as APIGatewayProxyEventV2).catch((error: unknown) => {
      count.thrown += 1;
      throw error;
    });
    count.slowest = Math.max(count.slowest, performance.now() - startedAt);
    count.requests += 1;
    const status = answer.statusCode ?? 0;
    count[status < 300 ? 'success' : status < 500 ? 'refused' : 'failed'] += 1;
    const said = status < 300 ? '' : JSON.stringify(answer);
    const written = log.text().slice(from);
    expect(faultsOf(answer, codes, before, stored())).toEqual([]);
    expect(leaked(written + said, own)).toEqual([]);
    // A function of several routes says nothing of a route that it does not have: the gateway calls it for no other.
    if (status !== 404 || written !== '') expect(written).toMatch(/^\{.*\}\n$/);
  }).finally(() => vi.restoreAllMocks());
  rows.push([name, count.requests, count.success, count.refused, count.failed, count.thrown, Math.ceil(count.slowest)]);
  expect(count).toMatchObject({ failed: 0, thrown: 0 });
  // On a machine that is busy with other things, too.
  expect(count.slowest).toBeLessThan(5000);
}

describe.each(routes)('%s', (route, _load, codes) => {
  test('takes any request without failing, and a refused one changes nothing', async () => {
    await attack(route, handlerOf(route), codes, (genuine) =>
      hostileRequest(genuine).map((request) => eventOf(route, request)),
    );
  });

  test('takes an event that no gateway would send, and fails in order', async () => {
    const codesOfShape: Codes = { ...codes, 404: ['not_found'] };
    await attack(`${route}, malformed`, handlerOf(route), codesOfShape, (genuine) => malformed(route, genuine));
  });
});
