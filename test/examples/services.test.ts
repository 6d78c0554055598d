import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApp as createFastifyApp } from '../../examples/fastify/app.ts';
import { createApp as createHonoApp } from '../../examples/hono/app.ts';
import { audience, TestIssuer, unreachable } from './support/issuer.ts';

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** An example, started: `GET /orders` needs `orders:read` or nothing, `POST /orders` needs `orders:write`. */
interface Service {
  call(method: 'GET' | 'POST', token?: string): Promise<Reply>;
  stop(): Promise<void>;
}

const nothingToStop = () => Promise.resolve();
const headersOf = (token?: string): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

async function startFastify(issuer: string): Promise<Service> {
  const app = createFastifyApp({ issuer, audience });
  return {
    async call(method, token) {
      const reply = await app.inject({ method, url: '/orders', headers: headersOf(token) });
      return { status: reply.statusCode, headers: reply.headers, body: reply.json() };
    },
    stop: () => app.close(),
  };
}

async function startHono(issuer: string): Promise<Service> {
  const app = createHonoApp({ issuer, audience });
  return {
    async call(method, token) {
      const reply = await app.request('/orders', { method, headers: headersOf(token) });
      return { status: reply.status, headers: Object.fromEntries(reply.headers), body: await reply.json() };
    },
    stop: nothingToStop,
  };
}

const eventOf = (method: string, token?: string) =>
  ({
    version: '2.0',
    rawPath: '/orders',
    rawQueryString: '',
    headers: { host: 'orders.example.com', ...headersOf(token) },
    requestContext: { http: { method, path: '/orders' }, domainName: 'orders.example.com' },
    isBase64Encoded: false,
  }) as unknown as APIGatewayProxyEventV2;

/** Loads the module again, as a cold start does. */
async function startLambda(
  issuer: string,
  load: () => Promise<{ handler: (event: never, context?: never) => Promise<object> }>,
): Promise<Service> {
  vi.stubEnv('ISSUER', issuer);
  vi.stubEnv('AUDIENCE', audience);
  vi.resetModules();
  const { handler } = await load();
  return {
    async call(method, token) {
      const result = (await handler(eventOf(method, token) as never)) as {
        readonly statusCode: number;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: string;
      };
      return { status: result.statusCode, headers: result.headers, body: JSON.parse(result.body) };
    },
    stop: nothingToStop,
  };
}

const examples: readonly [string, 'GET' | 'POST', string, (issuer: string) => Promise<Service>][] = [
  ['Fastify', 'POST', 'orders:write', startFastify],
  ['Hono', 'POST', 'orders:write', startHono],
  [
    'Hono on Lambda',
    'POST',
    'orders:write',
    (issuer) => startLambda(issuer, () => import('../../examples/hono/lambda.ts')),
  ],
  [
    'a plain Lambda',
    'GET',
    'orders:read',
    (issuer) => startLambda(issuer, () => import('../../examples/guard-a-lambda/handler.ts')),
  ],
];

describe.each(examples)('%s', (_name, method, scope, start) => {
  let issuer: TestIssuer;
  let service: Service;
  beforeAll(async () => {
    issuer = await TestIssuer.start();
    service = await start(issuer.url);
  });
  afterAll(async () => {
    await service.stop();
    await issuer.stop();
  });
  afterEach(() => {
    issuer.answer = undefined;
  });

  test('503 while the keys are unavailable, without a challenge', async () => {
    issuer.answer = unreachable;
    const cold = await start(issuer.url);
    const reply = await cold.call(method, issuer.token({ scope }));
    expect([reply.status, reply.headers['retry-after'], reply.headers['www-authenticate']]).toEqual([
      503,
      '10',
      undefined,
    ]);
    await cold.stop();
  });

  test('200 with a token', async () => {
    const reply = await service.call(method, issuer.token({ scope }));
    expect(reply.status).toBe(200);
    expect(Object.values(reply.body as object)).toContain('u1');
  });

  test('401 without a token: a challenge without an error', async () => {
    const reply = await service.call(method);
    expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, 'Bearer realm="pawl"']);
  });

  test('401 with an expired token: the challenge says invalid_token without a reason', async () => {
    const reply = await service.call(method, issuer.token({ scope, exp: 1 }));
    expect([reply.status, reply.headers['www-authenticate'], reply.headers['cache-control']]).toEqual([
      401,
      'Bearer realm="pawl", error="invalid_token"',
      'no-store',
    ]);
    expect(JSON.stringify(reply)).not.toContain('expired');
  });

  test('403 without the scope: the challenge names it', async () => {
    const reply = await service.call(method, issuer.token({ scope: 'profile' }));
    expect([reply.status, reply.headers['www-authenticate']]).toEqual([
      403,
      `Bearer realm="pawl", error="insufficient_scope", scope="${scope}"`,
    ]);
  });
});

test.each([
  ['Fastify', startFastify],
  ['Hono', startHono],
])('%s: a route that names no scope takes every valid token', async (_name, start) => {
  const issuer = await TestIssuer.start();
  const service = await start(issuer.url);
  expect((await service.call('GET', issuer.token({ scope: '' }))).body).toEqual({ orders: [], of: 'u1' });
  expect((await service.call('GET')).status).toBe(401);
  await service.stop();
  await issuer.stop();
});
