import { describe, expect, test } from 'vitest';
import { decodedPath, httpEvent, type IncomingRequest } from '../../../local/gateway/events.ts';

const now = Date.UTC(2026, 2, 5, 9, 3, 7, 123);

function eventOf(request: Partial<IncomingRequest>, pathParameters: Record<string, string> = {}) {
  const whole: IncomingRequest = {
    method: 'POST',
    target: '/auth/login',
    protocol: 'HTTP/1.1',
    rawHeaders: ['Host', '127.0.0.1:3000', 'User-Agent', 'test'],
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
    ...request,
  };
  return httpEvent(whole, { apiId: 'local1', routeKey: 'POST /auth/login', pathParameters, requestId: 'r1', now });
}

describe('payload format 2.0', () => {
  test('a request without body, cookies, query and path variables has no such members', () => {
    expect(eventOf({})).toEqual({
      version: '2.0',
      routeKey: 'POST /auth/login',
      rawPath: '/auth/login',
      rawQueryString: '',
      headers: {
        host: '127.0.0.1:3000',
        'user-agent': 'test',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '3000',
        'x-forwarded-proto': 'http',
      },
      requestContext: {
        accountId: '000000000000',
        apiId: 'local1',
        domainName: '127.0.0.1:3000',
        domainPrefix: '127',
        http: { method: 'POST', path: '/auth/login', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: 'r1',
        routeKey: 'POST /auth/login',
        stage: '$default',
        time: '05/Mar/2026:09:03:07 +0000',
        timeEpoch: now,
      },
      isBase64Encoded: false,
    });
  });

  test('header names are in lower case and repeated headers joined by commas', () => {
    const { headers } = eventOf({ rawHeaders: ['X-Tag', 'a', 'x-tag', 'b', 'X-TAG', 'c, d'] });
    expect(headers['x-tag']).toBe('a,b,c, d');
  });

  test('headers of the connection stay at the gateway', () => {
    expect(
      eventOf({ rawHeaders: ['Connection', 'keep-alive', 'Transfer-Encoding', 'chunked'] }).headers,
    ).not.toHaveProperty('connection');
  });

  test('a header called __proto__ is a header', () => {
    const { headers } = eventOf({ rawHeaders: ['__proto__', 'x', 'constructor', 'y'] });
    expect(Object.hasOwn(headers, '__proto__')).toBe(true);
    expect(headers.constructor).toBe('y');
  });

  test('cookies leave their header for a list, over several headers too', () => {
    const event = eventOf({ rawHeaders: ['Cookie', 'a=1; b=2', 'cookie', ' c=3 '] });
    expect(event.cookies).toEqual(['a=1', 'b=2', 'c=3']);
    expect(event.headers).not.toHaveProperty('cookie');
  });

  test("the caller's own forwarding header is kept in front of the true address", () => {
    expect(eventOf({ rawHeaders: ['X-Forwarded-For', '6.6.6.6'] }).headers['x-forwarded-for']).toBe(
      '6.6.6.6, 127.0.0.1',
    );
  });

  test('the query is raw, its parameters are decoded, repeated ones joined by commas', () => {
    const event = eventOf({ target: '/x?a=1%202&b=%C3%A4&a=3&c' });
    expect(event.rawQueryString).toBe('a=1%202&b=%C3%A4&a=3&c');
    expect(event.queryStringParameters).toEqual({ a: '1 2,3', b: 'ä', c: '' });
    expect(event.rawPath).toBe('/x');
  });

  test('the path is decoded, as HTTP APIs do it', () => {
    expect(eventOf({ target: '/auth/a%20b' }).rawPath).toBe('/auth/a b');
    expect(decodedPath('/auth/%E4')).toBeUndefined();
  });

  test('path variables are passed on', () => {
    expect(eventOf({}, { sid: 's1' }).pathParameters).toEqual({ sid: 's1' });
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'application/xml',
    'application/javascript',
    'Application/JSON',
  ])('a body of %s is text', (type) => {
    const event = eventOf({ rawHeaders: ['content-type', type], body: Buffer.from('{"ä":1}') });
    expect([event.body, event.isBase64Encoded]).toEqual(['{"ä":1}', false]);
  });

  test.each([
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'application/jsonp',
    'application/vnd.api+json',
    'application/json-patch+json',
    '',
  ])('a body of type "%s" arrives as base64', (type) => {
    const event = eventOf({ rawHeaders: type === '' ? [] : ['content-type', type], body: Buffer.from('a=1') });
    expect([event.body, event.isBase64Encoded]).toEqual([Buffer.from('a=1').toString('base64'), true]);
  });

  test('a form without a body is not marked as base64', () => {
    const event = eventOf({ rawHeaders: ['content-type', 'application/x-www-form-urlencoded'] });
    expect(event).not.toHaveProperty('body');
    expect(event.isBase64Encoded).toBe(false);
  });
});
