import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../support/http-client.ts';
import { serveForFile } from './support/local-runner.ts';

const functions = {
  Echo: 'return event;',
  Environment: 'return { env: process.env, context, left: context.getRemainingTimeInMillis() };',
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
} as const;

beforeAll(() => {
  process.env.HOST_SECRET = 'of the host';
});
afterAll(() => {
  delete process.env.HOST_SECRET;
});

const service = serveForFile({
  functions,
  routes: {
    'GET /echo/{sid}': { to: 'Echo' },
    ...Object.fromEntries(Object.keys(functions).map((id) => [`GET /run/${id}`, { to: id }])),
  },
  properties: {
    Environment: {
      Environment: { Variables: { TABLE: { Ref: 'Table' }, API: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } },
    },
    Hangs: { Timeout: 1 },
    Spins: { Timeout: 1 },
  },
});
const run = async (id: string, query = '') => send(service.url, { path: `/run/${id}${query}` });

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
    '%s: the gateway returns 500 and reveals nothing about the fault',
    async (id) => {
      const { status, text } = await run(id);
      expect([status, text]).toEqual([500, '{"message":"Internal Server Error"}']);
    },
    20_000,
  );
  test('a failure reports its cause to a direct invocation', async () => {
    expect(await service.invoke('Hangs', {})).toMatchObject({ ok: false, error: { errorType: 'Sandbox.Timedout' } });
    expect(await service.invoke('Throws', {})).toMatchObject({ ok: false, error: { errorMessage: 'a secret inside' } });
    expect(await service.invoke('Callback', {})).toMatchObject({
      ok: false,
      error: { errorMessage: expect.stringContaining('async handler') as string },
    });
  });
  test('stay warm between calls, and restart after a crash', async () => {
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
