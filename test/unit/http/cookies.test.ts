import { describe, expect, test } from 'vitest';
import {
  clearedRefreshCookie,
  clearForeignCookies,
  cookieScope,
  refreshCookie,
  refreshCookieName,
} from '../../../lambda/http/cookies.ts';
import { toRequest } from '../../../lambda/http/request.ts';
import { httpEvent } from '../../support/http-event.ts';
import { newSession } from '../../support/sessions.ts';

const session = newSession({ absoluteExpiry: 90_000_500 });
const attributes = 'Secure; HttpOnly; SameSite=Strict';

describe.each([
  ['https://auth.example.com', '/auth'],
  ['https://api.example.com/v1', '/v1/auth'],
  ['https://x.execute-api.eu-central-1.amazonaws.com/prod', '/prod/auth'],
  ['https://api.example.com/a/b', '/a/b/auth'],
  ['http://127.0.0.1:8080', '/auth'],
])('the refresh cookie of %s', (baseUrl, path) => {
  const scope = cookieScope(baseUrl);

  test('lasts as long as the session can, is sent only to the auth routes, and is not readable by scripts', () => {
    expect(refreshCookie(session, 'pwl1.a.b', 30_000_000, scope)).toBe(
      `__Secure-pawl_rt=pwl1.a.b; Max-Age=60000; Path=${path}; ${attributes}`,
    );
    expect(refreshCookie(session, 'pwl1.a.b', 99_000_000, scope)).toContain('Max-Age=0;');
  });

  test('is cleared under the same attributes, or the browser would keep it', () => {
    expect(clearedRefreshCookie(scope)).toBe(`__Secure-pawl_rt=; Max-Age=0; Path=${path}; ${attributes}`);
  });
});

describe('foreign cookies', () => {
  const cleared = (
    baseUrl: string,
    carried: number,
    ours: 'stays' | 'follows',
    options: { path?: string; host?: string } = {},
  ) => {
    const { path = '/auth/refresh', host } = options;
    const cookies = Array.from({ length: carried }, (_, index) => `${refreshCookieName}=${index}`);
    const request = toRequest(httpEvent({ path, cookies, headers: host === undefined ? {} : { host } }));
    return clearForeignCookies(request, cookieScope(baseUrl), ours);
  };
  const places = (lines: readonly string[]) =>
    lines.map((line) => line.replace(`${refreshCookieName}=; Max-Age=0; `, '').replace('; Secure', ''));

  test('are named by every domain, path and partition that reaches the route', () => {
    const lines = cleared('https://auth.example.com', 1, 'follows');
    expect(lines.every((line) => line.startsWith(`${refreshCookieName}=; Max-Age=0; `))).toBe(true);
    const expected = ['auth.example.com', 'example.com'].flatMap((domain) =>
      ['/', '/auth', '/auth/', '/auth/refresh'].flatMap((path) => [
        `Domain=${domain}; Path=${path}`,
        `Domain=${domain}; Path=${path}; Partitioned`,
      ]),
    );
    expect(places(lines)).toEqual(expected);
  });

  test('with several cookies also those of this host on other paths, never our own', () => {
    const lines = places(cleared('https://auth.example.com', 2, 'stays'));
    expect(lines).toContain('Path=/');
    expect(lines).toContain('Path=/auth/refresh');
    for (const ours of ['Path=/auth', 'Path=/auth; Partitioned', 'Domain=auth.example.com; Path=/auth'])
      expect(lines).not.toContain(ours);
  });

  test('under a base path', () => {
    const lines = places(cleared('https://api.example.com/v1', 2, 'stays'));
    for (const path of ['/', '/v1', '/v1/', '/v1/auth', '/v1/auth/', '/v1/auth/refresh'])
      expect(lines).toContain(`Domain=example.com; Path=${path}`);
    expect(lines).not.toContain('Path=/v1/auth');
  });

  test('a stage in the path from the gateway is not part of the route', () => {
    const lines = cleared('https://api.example.com/prod', 2, 'stays', { path: '/prod/auth/refresh' });
    expect(lines.join()).not.toContain('/prod/prod');
  });

  test.each([0, 1])('with %i cookies a refresh clears nothing', (carried) => {
    expect(cleared('https://auth.example.com', carried, 'stays')).toEqual([]);
  });

  test('without a cookie a login and a logout clear nothing foreign', () => {
    expect(cleared('https://auth.example.com', 0, 'follows')).toEqual([]);
  });

  test.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])(
    '%s has no parent domains',
    (url) => {
      expect(cleared(url, 1, 'follows')).toEqual([]);
      expect(cleared(url, 2, 'follows').join()).not.toContain('Domain');
    },
  );

  test('the host of the request counts too, and cannot smuggle anything into a line', () => {
    expect(cleared('https://auth.example.com', 1, 'follows', { host: 'login.example.org:8443' }).join()).toContain(
      'Domain=example.org;',
    );
    for (const host of ['a.example; HttpOnly', 'a.example\r\nx: y', 'a b.example', '.', 'a..b', '192.0.2.7']) {
      const lines = cleared('http://127.0.0.1:8080', 1, 'follows', { host });
      expect(lines).toEqual([]);
    }
  });

  test('stay within what the gateway lets through', () => {
    const lines = cleared('https://a.b.c.d.e.f.g.example.com/one/two/three/four', 2, 'follows');
    expect(lines).toHaveLength(48);
    expect(lines.join('').length).toBeLessThan(8192);
  });
});
