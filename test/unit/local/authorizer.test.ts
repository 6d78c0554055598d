import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createClock } from '../../../local/clock.ts';
import { authorize } from '../../../local/gateway/authorizer.ts';
import { AuthorizerCache } from '../../../local/gateway/authorizer-cache.ts';
import { httpEvent } from '../../../local/gateway/events.ts';
import type { Authorizer } from '../../../local/gateway/http-api.ts';
import type { Outcome } from '../../../local/runtime/function-worker.ts';

const authorizer: Authorizer = {
  id: 'Guard',
  functionId: 'GuardFn',
  identitySources: ['$request.header.Authorization'],
  cacheSeconds: 60,
};
const clock = createClock();
const failure: Outcome = { ok: false, error: { errorType: 'Error', errorMessage: 'x', stack: 'x' } };
let cache = new AuthorizerCache(clock);

function eventOf(headers: readonly string[], target = '/me?a=1', routeKey = 'GET /me') {
  const request = {
    method: 'GET',
    target,
    protocol: 'HTTP/1.1',
    rawHeaders: headers,
    body: Buffer.from('x'),
    sourceIp: '127.0.0.1',
  };
  return httpEvent(request, { apiId: 'local1', routeKey, pathParameters: {}, requestId: 'r1', now: clock.now() });
}
const event = eventOf(['Authorization', 'Bearer t']);
const says = (payload: unknown) => vi.fn(async (_event: unknown): Promise<Outcome> => ({ ok: true, payload }));

beforeEach(() => {
  cache = new AuthorizerCache(clock);
});

describe('asking a Lambda authorizer', () => {
  test('it gets the request without the body, with its type, route ARN and identity source', async () => {
    const call = says({ isAuthorized: true, context: { sub: 'u', exp: 5 } });
    expect(await authorize(authorizer, event, cache, call)).toEqual({ allowed: true, context: { sub: 'u', exp: 5 } });
    const [given] = call.mock.calls[0] ?? [];
    expect(given).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: 'arn:aws:execute-api:us-east-1:000000000000:local1/$default/GET/me',
      identitySource: ['Bearer t'],
      routeKey: 'GET /me',
      headers: { authorization: 'Bearer t' },
      queryStringParameters: { a: '1' },
    });
    expect(given).not.toHaveProperty('body');
    expect(given).not.toHaveProperty('isBase64Encoded');
  });

  test.each([[[]], [['Authorization', '']]])('without the identity source it is not asked', async (headers) => {
    const call = says({ isAuthorized: true });
    expect(await authorize(authorizer, eventOf(headers), cache, call)).toBe('unauthorized');
    expect(call).not.toHaveBeenCalled();
  });

  test.each<[string, Outcome]>([
    ['it fails', failure],
    ['it answers nothing', { ok: true, payload: null }],
    ['it answers text', { ok: true, payload: 'yes' }],
    ['isAuthorized is a text', { ok: true, payload: { isAuthorized: 'true' } }],
    ['it answers a policy', { ok: true, payload: { principalId: 'u', policyDocument: {} } }],
    ['the context is a text', { ok: true, payload: { isAuthorized: true, context: 'x' } }],
  ])('%s: error, and the next request asks again', async (_name, outcome) => {
    const call = vi.fn(async () => outcome);
    expect(await authorize(authorizer, event, cache, call)).toBe('error');
    await authorize(authorizer, event, cache, call);
    expect(call).toHaveBeenCalledTimes(2);
  });

  test('an allow without context gives null', async () => {
    expect(await authorize(authorizer, event, cache, says({ isAuthorized: true }))).toEqual({
      allowed: true,
      context: null,
    });
  });
});

describe('its result cache', () => {
  test.each([true, false])(
    'keeps isAuthorized %s for the time of the template, on the clock of the service',
    async (isAuthorized) => {
      const call = says({ isAuthorized });
      await authorize(authorizer, event, cache, call);
      await authorize(authorizer, event, cache, call);
      expect(call).toHaveBeenCalledTimes(1);
      clock.advance(61);
      await authorize(authorizer, event, cache, call);
      expect(call).toHaveBeenCalledTimes(2);
    },
  );
  test('is shared by all routes of the authorizer', async () => {
    const call = says({ isAuthorized: true });
    await authorize(authorizer, event, cache, call);
    await authorize(authorizer, eventOf(['authorization', 'Bearer t'], '/other', 'GET /other'), cache, call);
    expect(call).toHaveBeenCalledTimes(1);
  });
  test('is kept apart by identity source and by authorizer', async () => {
    const call = says({ isAuthorized: true });
    await authorize(authorizer, event, cache, call);
    await authorize(authorizer, eventOf(['authorization', 'Bearer u']), cache, call);
    await authorize({ ...authorizer, id: 'Other' }, event, cache, call);
    expect(call).toHaveBeenCalledTimes(3);
  });
  test('0 seconds keep nothing', async () => {
    const call = says({ isAuthorized: true });
    await authorize({ ...authorizer, cacheSeconds: 0 }, event, cache, call);
    await authorize({ ...authorizer, cacheSeconds: 0 }, event, cache, call);
    expect(call).toHaveBeenCalledTimes(2);
  });
});
