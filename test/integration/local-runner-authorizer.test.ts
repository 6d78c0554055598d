import { describe, expect, test } from 'vitest';
import { send } from '../support/http-client.ts';
import { serveForFile } from './support/local-runner.ts';

const service = serveForFile({
  functions: {
    Echo: 'return event;',
    Guard: `
      const token = event.headers.authorization;
      console.log('guard called');
      if (token === 'throw') throw new Error('no');
      if (token === 'nonsense') return { isAuthorized: 'yes' };
      if (token === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000));
      return { isAuthorized: token === 'good', context: { sub: 'u1', number: 5 } };`,
  },
  routes: { 'GET /guarded': { to: 'Echo', guard: 'Guard' } },
  authorizerSeconds: 30,
});
const guardCalls = () => service.logs.filter(({ line }) => line === 'guard called').length;

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
