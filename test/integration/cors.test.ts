import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonCall } from '../support/http-client.ts';
import { type ProxiedService, startProxied, webApp, webAppContext } from './support/service.ts';

let service: ProxiedService;

beforeAll(async () => {
  service = await startProxied({ context: webAppContext });
});
afterAll(() => service.stop());

const preflight = (origin: string, path = '/auth/refresh') =>
  service.send({
    method: 'OPTIONS',
    path,
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  });

const corsHeaders = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

describe('the preflight', () => {
  test.each([webApp.origin, 'http://localhost:5173'])(
    'allows %s with credentials, without a function',
    async (origin) => {
      const reply = await preflight(origin);
      expect(reply.status).toBe(204);
      expect(corsHeaders(reply.headers)).toEqual({
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET,POST,DELETE',
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-expose-headers': 'retry-after,www-authenticate,x-amzn-remapped-www-authenticate',
        'access-control-max-age': '600',
      });
      expect(service.local.logs.filter(({ line }) => line.includes('"route"'))).toEqual([]);
    },
  );

  test.each(['https://evil.example', `${webApp.origin}.evil.example`, 'http://app.example.com', 'null'])(
    'allows nothing to %s',
    async (origin) => {
      expect(corsHeaders((await preflight(origin)).headers)).toEqual({});
    },
  );
});

test('a response names the allowed origin, never *', async () => {
  const call = jsonCall('/auth/refresh', {}, { origin: webApp.origin });
  const { status, headers } = await service.send(call);
  expect(status).toBe(400);
  expect(corsHeaders(headers)).toMatchObject({
    'access-control-allow-origin': webApp.origin,
    'access-control-allow-credentials': 'true',
  });
  const other = await service.send(jsonCall('/auth/refresh', {}, { origin: 'https://evil.example' }));
  expect(corsHeaders(other.headers)).toEqual({});
});

test('without allowed origins there is no CORS and no cookie mode', async () => {
  const plain = await startProxied();
  try {
    const body = { username: 'x', password: 'y', channel: 'cookie' };
    const reply = await plain.send(jsonCall('/auth/login', body, { origin: webApp.origin }));
    expect([reply.status, reply.json.error]).toEqual([400, 'invalid_request']);
    expect(corsHeaders(reply.headers)).toEqual({});
  } finally {
    await plain.stop();
  }
});
