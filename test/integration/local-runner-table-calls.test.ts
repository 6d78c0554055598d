import { afterAll, beforeAll, expect, test } from 'vitest';
import { send } from '../support/http-client.ts';
import { startService, type TestService } from '../support/local.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ countTableCalls: true });
});
afterAll(() => service.stop());

test('a response lists the table operations of its request; without any, the header is absent', async () => {
  const { username, password } = service;
  const login = await send(service.url, {
    path: '/auth/login',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  expect(login.headers['x-table-calls']).toContain('PutItem');
  const headers = { authorization: `Bearer ${String(login.json.access_token)}` };
  const me = await send(service.url, { path: '/me', headers });
  expect(me.status).toBe(200);
  expect(me.headers).not.toHaveProperty('x-table-calls');
});
