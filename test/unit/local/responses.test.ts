import { describe, expect, test } from 'vitest';
import { allowsOrigin, preflightAnswer, withCors } from '../../../local/gateway/cors.ts';
import type { Cors } from '../../../local/gateway/http-api.ts';
import { functionAnswer, gatewayAnswer } from '../../../local/gateway/responses.ts';
import { matchRoute } from '../../../local/gateway/routes.ts';

describe('what a function returns', () => {
  test('status, headers, cookies and body are taken over', () => {
    const answer = functionAnswer({
      statusCode: 201,
      headers: { 'X-A': 'b', 'x-n': 1 },
      cookies: ['a=1', 'b=2'],
      body: 'ä',
    });
    expect(answer).toEqual({
      status: 201,
      headers: { 'x-a': 'b', 'x-n': '1', 'content-type': 'text/plain;charset=UTF-8' },
      cookies: ['a=1', 'b=2'],
      body: Buffer.from('ä'),
    });
  });
  test('a base64 body is decoded', () => {
    expect(functionAnswer({ statusCode: 200, body: 'AAE=', isBase64Encoded: true })?.body).toEqual(Buffer.from([0, 1]));
  });
  test('an answer without a body has an empty one', () => {
    expect(functionAnswer({ statusCode: 204 })?.body).toHaveLength(0);
  });
  test("the connection's headers are the gateway's", () => {
    expect(
      functionAnswer({ statusCode: 200, headers: { Connection: 'close', 'Content-Length': '3' } })?.headers,
    ).toEqual({ 'content-type': 'text/plain;charset=UTF-8' });
  });
  test.each<[string, unknown, string]>([
    ['an object', { a: 1 }, '{"a":1}'],
    ['a text', 'hello', 'hello'],
    ['nothing', null, 'null'],
    ['a list', [1], '[1]'],
  ])('%s without statusCode is 200 and JSON', (_name, result, body) => {
    const answer = functionAnswer(result);
    expect([answer?.status, answer?.headers['content-type'], answer?.body.toString()]).toEqual([
      200,
      'application/json',
      body,
    ]);
  });
  test.each<[string, unknown]>([
    ['an invalid status', { statusCode: 'x' }],
    ['a status out of range', { statusCode: 99 }],
    ['a body that is an object', { statusCode: 200, body: {} }],
    ['headers that are a list', { statusCode: 200, headers: [] }],
    ['a header of several values', { statusCode: 200, headers: { a: ['b'] } }],
    ['cookies that are a text', { statusCode: 200, cookies: 'a=1' }],
  ])('%s is not an answer', (_name, result) => {
    expect(functionAnswer(result)).toBeUndefined();
  });
});

describe('CORS', () => {
  const cors: Cors = {
    allowOrigins: ['https://app.example.com'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['content-type'],
    exposeHeaders: [],
    allowCredentials: true,
    maxAge: 600,
  };
  test('the preflight of an allowed origin', () => {
    const { status, headers } = preflightAnswer(cors, 'https://app.example.com');
    expect(status).toBe(204);
    expect(headers).toEqual({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '600',
    });
  });
  test.each(['https://app.example.com.evil.org', 'http://app.example.com', 'null', undefined])(
    'the preflight of %s gets no permission',
    (origin) => {
      expect(preflightAnswer(cors, origin).headers).toEqual({});
    },
  );
  test("the function's own CORS headers are dropped, the gateway's added", () => {
    const own = {
      ...gatewayAnswer(200, 'x'),
      headers: { 'x-a': 'b', 'access-control-allow-origin': '*', 'access-control-max-age': '9' },
    };
    expect(withCors(own, cors, 'https://evil.org').headers).toEqual({ 'x-a': 'b' });
    expect(withCors(own, cors, 'https://app.example.com').headers).toEqual({
      'x-a': 'b',
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-credentials': 'true',
    });
  });
  test('wildcards stand for a scheme or for all', () => {
    expect(allowsOrigin({ ...cors, allowOrigins: ['https://*'] }, 'https://any.org')).toBe(true);
    expect(allowsOrigin({ ...cors, allowOrigins: ['https://*'] }, 'http://any.org')).toBe(false);
    expect(
      withCors(gatewayAnswer(200, 'x'), { ...cors, allowOrigins: ['*'], allowCredentials: false }, 'http://any.org')
        .headers['access-control-allow-origin'],
    ).toBe('*');
  });
});

describe('routes', () => {
  const routes = [
    '$default',
    'ANY /auth/{proxy+}',
    'GET /auth/{name}',
    'GET /auth/sessions',
    'ANY /auth/sessions',
    'DELETE /auth/sessions/{sid}',
  ].map((key) => ({ key }));
  test.each<[string, string, string, object]>([
    ['GET', '/auth/sessions', 'GET /auth/sessions', {}],
    ['POST', '/auth/sessions', 'ANY /auth/sessions', {}],
    ['DELETE', '/auth/sessions/s1', 'DELETE /auth/sessions/{sid}', { sid: 's1' }],
    ['GET', '/auth/x', 'GET /auth/{name}', { name: 'x' }],
    ['GET', '/auth/x/y', 'ANY /auth/{proxy+}', { proxy: 'x/y' }],
    ['GET', '/auth/', '$default', {}],
    ['GET', '/', '$default', {}],
  ])('%s %s goes to %s', (method, path, key, pathParameters) => {
    expect(matchRoute(routes, method, path)).toEqual({ route: { key }, pathParameters });
  });
  test.each([
    ['GET', '/auth/login'],
    ['POST', '/auth/login/'],
    ['POST', '/auth'],
    ['POST', '/'],
  ])('%s %s fits no route', (method, path) => {
    expect(
      matchRoute([{ key: 'POST /auth/login' }, { key: 'DELETE /auth/sessions/{sid}' }], method, path),
    ).toBeUndefined();
  });
});
