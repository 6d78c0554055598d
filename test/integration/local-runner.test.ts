import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalService, startLocal } from '../../local/service.ts';
import { send } from '../support/http-client.ts';
import { type Fixture, type FixtureOptions, writeFixture } from '../support/local-fixture.ts';

const functions = {
  Echo: 'return event;',
  Environment: 'return { env: process.env, context, left: context.getRemainingTimeInMillis() };',
  Answer: `return { statusCode: 201, headers: { 'X-A': 'b', 'Access-Control-Allow-Origin': '*' }, cookies: ['a=1', 'b=2'], body: 'made' };`,
  Throws: `throw new Error('a secret inside');`,
  Nonsense: 'return { statusCode: 7 };',
  Hangs: 'await new Promise((resolve) => setTimeout(resolve, 60_000));',
  Spins: 'for (;;) {}',
  Exits: 'process.exit(3);',
  Rejects: `Promise.reject(new Error('nobody listens')); await new Promise((resolve) => setTimeout(resolve, 5_000));`,
  Hoards: 'const all = []; for (;;) all.push(new Array(1e5).fill(Math.random()));',
  Counts:
    'globalThis.calls = (globalThis.calls ?? 0) + 1; if (event.rawQueryString === "die") process.exit(1); return { calls: globalThis.calls };',
  Time: 'return { now: Date.now(), date: new Date().getTime(), text: Date(), fixed: new Date(0).toISOString(), same: new Date() instanceof Date && new Date().constructor === Date };',
  Speaks: 'console.log("one\\ntwo"); console.error({ a: 1 }); process.stdout.write("rest"); return 1;',
  Broken: 'exports.handler = undefinedName;',
  Callback: 'exports.handler = (event, context, callback) => callback(null, 1);',
  Renamed: 'exports.other = async () => 1;',
  Guard: `
    const token = event.headers.authorization;
    console.log('guard called');
    if (token === 'throw') throw new Error('no');
    if (token === 'nonsense') return { isAuthorized: 'yes' };
    if (token === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000));
    return { isAuthorized: token === 'good', context: { sub: 'u1', number: 5 } };`,
} as const;

const options: FixtureOptions = {
  functions,
  routes: {
    'POST /echo': { to: 'Echo' },
    'GET /echo/{sid}': { to: 'Echo' },
    'GET /answer': { to: 'Answer' },
    'GET /guarded': { to: 'Echo', guard: 'Guard' },
    ...Object.fromEntries(Object.keys(functions).map((id) => [`GET /run/${id}`, { to: id }])),
  },
  properties: {
    Environment: {
      Environment: { Variables: { TABLE: { Ref: 'Table' }, API: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } },
    },
    Hangs: { Timeout: 1 },
    Spins: { Timeout: 1 },
  },
  cors: { AllowOrigins: ['https://app.example.com'], AllowMethods: ['GET'], AllowCredentials: true },
  authorizerSeconds: 30,
};

let fixture: Fixture;
let service: LocalService;
const run = async (id: string, query = '') => send(service.url, { path: `/run/${id}${query}` });
const guardCalls = () => service.logs.filter(({ line }) => line === 'guard called').length;

beforeAll(async () => {
  process.env.HOST_SECRET = 'of the host';
  fixture = writeFixture(options);
  service = await startLocal({ cloudAssembly: fixture.directory });
});
afterAll(async () => {
  delete process.env.HOST_SECRET;
  await service?.stop();
  fixture?.remove();
});

describe('the gateway', () => {
  test('hands a form over as base64, a repeated header joined, cookies as a list', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'X-Tag': ['a', 'b'], cookie: 'a=1; b=2' };
    const { status, json } = await send(service.url, { path: '/echo?x=1&x=2', headers, body: 'k=v' });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      version: '2.0',
      routeKey: 'POST /echo',
      rawQueryString: 'x=1&x=2',
      queryStringParameters: { x: '1,2' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-tag': 'a,b' },
      body: Buffer.from('k=v').toString('base64'),
      isBase64Encoded: true,
    });
  });
  test('gives path variables', async () => {
    expect((await send(service.url, { path: '/echo/s%201' })).json).toMatchObject({
      routeKey: 'GET /echo/{sid}',
      pathParameters: { sid: 's 1' },
    });
  });
  test('writes one set-cookie for each cookie of the answer', async () => {
    const { status, cookies, text, headers } = await send(service.url, { path: '/answer' });
    expect([status, cookies, text]).toEqual([201, ['a=1', 'b=2'], 'made']);
    expect(headers).toMatchObject({ 'x-a': 'b', 'apigw-requestid': expect.any(String) as string });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });
  test('answers OPTIONS itself and marks answers for allowed origins', async () => {
    const preflight = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' };
    const options = await send(service.url, { method: 'OPTIONS', path: '/nowhere', headers: preflight });
    expect([options.status, options.headers['access-control-allow-origin']]).toEqual([204, 'https://app.example.com']);
    const answer = await send(service.url, { path: '/answer', headers: { origin: 'https://app.example.com' } });
    expect(answer.headers['access-control-allow-origin']).toBe('https://app.example.com');
  });
  test.each([
    ['GET', '/nowhere'],
    ['GET', '/echo'],
    ['POST', '/echo/'],
  ])('%s %s is not found', async (method, path) => {
    const { status, text } = await send(service.url, { method, path });
    expect([status, text]).toEqual([404, '{"message":"Not Found"}']);
  });
  test('refuses a body over 10 MB, and an event over 6 MB', async () => {
    for (const size of [10 * 1024 * 1024 + 1, 5 * 1024 * 1024]) {
      expect((await send(service.url, { path: '/echo', body: Buffer.alloc(size, 97) })).status).toBe(413);
    }
    expect((await send(service.url, { path: '/run/Answer', method: 'GET', body: Buffer.alloc(1024, 97) })).status).toBe(
      201,
    );
  });
  test('refuses more than 10,240 bytes of request line and headers', async () => {
    const sized = async (length: number) =>
      (await send(service.url, { path: '/answer', headers: { 'x-long': 'a'.repeat(length) } })).status;
    expect([await sized(9_900), await sized(10_300), await sized(20_000)]).toEqual([201, 431, 431]);
  });
  test('survives a client that goes away in the middle', async () => {
    await new Promise<void>((resolve) => {
      const half = request(new URL('/echo', service.url), { method: 'POST', headers: { 'content-length': '100' } });
      half.on('error', () => resolve());
      half.write('x');
      setTimeout(() => half.destroy(), 50);
    });
    const { port, hostname } = new URL(service.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.end('nonsense\r\n\r\n'));
      socket.resume();
      socket.once('close', () => resolve());
    });
    expect((await send(service.url, { path: '/answer' })).status).toBe(201);
  });
});

describe('functions', () => {
  test("see the template's environment and nothing of the host's", async () => {
    const { json } = await run('Environment');
    const env = json.env as Record<string, string>;
    expect(env).toMatchObject({
      TABLE: 'Fixture-Table',
      API: service.url,
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Fixture-Environment',
      TZ: 'UTC',
    });
    expect(Object.keys(env).filter((name) => !/^(AWS_|TZ$|TABLE$|API$)/.test(name))).toEqual([]);
    expect(json.context).toMatchObject({
      functionName: 'Fixture-Environment',
      awsRequestId: expect.any(String) as string,
      memoryLimitInMB: '128',
    });
    expect(json.left).toBeGreaterThan(1_000);
    expect(json.left).toBeLessThanOrEqual(2_000);
  });
  test.each([
    'Throws',
    'Nonsense',
    'Hangs',
    'Spins',
    'Exits',
    'Rejects',
    'Hoards',
    'Broken',
    'Callback',
    'Renamed',
  ] as const)(
    '%s: the gateway answers 500 and nothing of the fault',
    async (id) => {
      const { status, text } = await run(id);
      expect([status, text]).toEqual([500, '{"message":"Internal Server Error"}']);
    },
    20_000,
  );
  test('a failure tells why to whoever invokes past the gateway', async () => {
    expect(await service.invoke('Hangs', {})).toMatchObject({ ok: false, error: { errorType: 'Sandbox.Timedout' } });
    expect(await service.invoke('Throws', {})).toMatchObject({ ok: false, error: { errorMessage: 'a secret inside' } });
    expect(await service.invoke('Callback', {})).toMatchObject({
      ok: false,
      error: { errorMessage: expect.stringContaining('async handler') as string },
    });
  });
  test('stay warm between calls, and start anew after a crash', async () => {
    const calls = async () => (await run('Counts')).json.calls;
    expect([await calls(), await calls()]).toEqual([1, 2]);
    expect((await run('Counts', '?die')).status).toBe(500);
    expect(await calls()).toBe(1);
  });
  test('run concurrently in one worker', async () => {
    const replies = await Promise.all(Array.from({ length: 10 }, async () => (await run('Counts')).json.calls));
    expect(new Set(replies).size).toBe(10);
  });
  test("write to the log under their name, before the answer's end", async () => {
    const before = service.logs.length;
    await run('Speaks');
    expect(service.logs.slice(before).map(({ function: id, line }) => [id, line])).toEqual([
      ['Speaks', 'one'],
      ['Speaks', 'two'],
      ['Speaks', '{ a: 1 }'],
    ]);
  });
  test('are found by the start of their name, if it is one alone', async () => {
    expect(await service.invoke('Ec', { a: 1 })).toEqual({ ok: true, payload: { a: 1 } });
    await expect(service.invoke('E', {})).rejects.toThrow(/more than one function starts with E/);
    await expect(service.invoke('None', {})).rejects.toThrow(/no function starts with None/);
  });
});

describe('the authorizer', () => {
  const guarded = async (authorization?: string) =>
    send(service.url, { path: '/guarded', headers: authorization === undefined ? {} : { authorization } });

  test('passes its context on', async () => {
    const { status, json } = await guarded('good');
    expect(status).toBe(200);
    expect(json.requestContext).toMatchObject({ authorizer: { lambda: { sub: 'u1', number: 5 } } });
  });
  test.each<[string | undefined, number, string]>([
    [undefined, 401, '{"message":"Unauthorized"}'],
    ['bad', 403, '{"message":"Forbidden"}'],
    ['throw', 500, '{"message":"Internal Server Error"}'],
    ['nonsense', 500, '{"message":"Internal Server Error"}'],
    ['hang', 500, '{"message":"Internal Server Error"}'],
  ])('Authorization %s gives %i', async (authorization, status, text) => {
    const calls = guardCalls();
    const reply = await guarded(authorization);
    expect([reply.status, reply.text]).toEqual([status, text]);
    expect(guardCalls() - calls).toBe(authorization === undefined ? 0 : 1);
  });
  test('is not asked again within the time of the template, refusals included', async () => {
    await guarded('good');
    await guarded('bad');
    const calls = guardCalls();
    expect([(await guarded('good')).status, (await guarded('bad')).status]).toEqual([200, 403]);
    expect(guardCalls()).toBe(calls);
    service.advance(31);
    await guarded('good');
    expect(guardCalls()).toBe(calls + 1);
  });
});

test('time moves for functions and events when it is advanced, and for nothing else', async () => {
  const before = Date.now();
  service.advance(86_400);
  const { json } = await run('Time');
  const ahead = Number(json.now) - before;
  expect(ahead).toBeGreaterThanOrEqual(86_400_000);
  expect(Number(json.date) - Number(json.now)).toBeLessThan(1_000);
  expect(Math.abs(Date.parse(String(json.text)) - Number(json.now))).toBeLessThan(2_000);
  expect([json.fixed, json.same]).toEqual(['1970-01-01T00:00:00.000Z', true]);
  expect(Date.now() - before).toBeLessThan(60_000);
  const event = (await send(service.url, { path: '/echo/x' })).json as { requestContext: { timeEpoch: number } };
  expect(event.requestContext.timeEpoch - before).toBeGreaterThanOrEqual(86_400_000);
});
