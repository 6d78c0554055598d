import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formCall, type HttpCall, type HttpReply, jsonCall } from '../support/http-client.ts';
import { type ProxiedService, startProxied, type User, webApp, webAppContext } from './support/service.ts';
import {
  cookieOf,
  expectError,
  openSession,
  parseCookie,
  refresh as refreshInBody,
  tokensOf,
} from './support/session.ts';

const name = '__Secure-pawl_rt';
const grant = { grant_type: 'refresh_token' };

let service: ProxiedService;
let user: User;

beforeAll(async () => {
  service = await startProxied({ context: webAppContext });
  user = await service.addUser();
});
afterAll(() => service.stop());

type Headers = NonNullable<HttpCall['headers']>;
const trusted = (cookie?: string | readonly string[]): Headers => ({
  origin: webApp.origin,
  ...(cookie === undefined ? {} : { cookie }),
});
const login = () => {
  service.local.advance(1); // tries in a row are slowed down
  return service.send(jsonCall('/auth/login', { ...user, channel: 'cookie' }, trusted()));
};
const refresh = (cookie: string, headers = trusted(cookie)) => service.send(jsonCall('/auth/refresh', grant, headers));
const logout = (cookie: string, headers = trusted(cookie)) => service.send(jsonCall('/auth/revoke', {}, headers));

/** Every attribute but Max-Age, which {@link expectAge} looks at. */
const attributes = { Path: '/auth', HttpOnly: '', Secure: '', SameSite: 'Strict' };

/** Counted from the moment of the answer, which is a little after that of the login. */
function expectAge(maxAge: number, seconds: number): void {
  expect(maxAge).toBeLessThanOrEqual(seconds);
  expect(maxAge).toBeGreaterThan(seconds - 5);
}

function expectRefused(reply: HttpReply, code = 'invalid_request'): void {
  expectError(reply, 400, code);
  expect(reply.cookies).toEqual([]);
}

describe('the cookie', () => {
  test('is set at login with every attribute, and the refresh token is nowhere else', async () => {
    const reply = await login();
    const { maxAge, ...cookie } = parseCookie(reply);
    expect(cookie).toEqual({ name, value: expect.stringMatching(/^pwl1\./), attributes });
    expectAge(maxAge, webApp.absoluteSeconds);
    const lifetimes = ['authorization_expires_in', 'expires_in', 'refresh_token_timeout'];
    const fields = ['access_token', ...lifetimes, 'scope', 'session_id', 'token_type'];
    expect(Object.keys(reply.json).sort()).toEqual(fields.sort());
    expect(reply.text).not.toContain('pwl1');
    expect(reply.headers['cache-control']).toBe('no-store');
  });

  test('changes at a rotation and lasts as long as the session can', async () => {
    const first = cookieOf(await login());
    service.local.advance(3600);
    const reply = await refresh(first);
    const { maxAge, value, ...cookie } = parseCookie(reply);
    expect(cookie).toEqual({ name, attributes });
    expect(value).not.toBe(first.slice(name.length + 1));
    expectAge(maxAge, webApp.absoluteSeconds - 3600);
    expect(reply.json).not.toHaveProperty('refresh_token');
  });

  test('is the same successor again on a retry (row E)', async () => {
    const first = cookieOf(await login());
    const second = cookieOf(await refresh(first));
    expect(cookieOf(await refresh(first))).toBe(second);
  });

  test('is not set when the token did not change (row D)', async () => {
    const second = cookieOf(await refresh(cookieOf(await login())));
    const reply = await refresh(second);
    expect([reply.status, reply.cookies]).toEqual([200, []]);
    expect(reply.json).not.toHaveProperty('refresh_token');
    service.local.advance(51); // past the floor
    expect(cookieOf(await refresh(second))).not.toBe(second);
  });

  test('is never cleared by a refused refresh', async () => {
    const first = cookieOf(await login());
    await refresh(first);
    service.local.advance(31);
    expectRefused(await refresh(first), 'invalid_grant');
    expectRefused(await refresh(`${name}=nonsense`), 'invalid_grant');
  });

  test('is cleared by a logout, which ends the session', async () => {
    const cookie = cookieOf(await login());
    const reply = await logout(cookie);
    expect(reply.status).toBe(200);
    expect(parseCookie(reply)).toEqual({ name, value: '', maxAge: 0, attributes });
    expectRefused(await refresh(cookie), 'invalid_grant');
    expect(parseCookie(await logout(cookie)).value).toBe('');
  });
});

describe('a cookie request needs an allowed Origin', () => {
  const origins: readonly [string, Headers][] = [
    ['missing', {}],
    ['null', { origin: 'null' }],
    ['empty', { origin: '' }],
    ['of another site', { origin: 'https://evil.example' }],
    ['with the allowed one as prefix', { origin: `${webApp.origin}.evil.example` }],
    ['with the allowed one as suffix', { origin: 'https://evil-app.example.com' }],
    ['of a subdomain', { origin: 'https://x.app.example.com' }],
    ['of the parent domain', { origin: 'https://example.com' }],
    ['with user information', { origin: 'https://app.example.com@evil.example' }],
    ['over http', { origin: 'http://app.example.com' }],
    ['with a port', { origin: `${webApp.origin}:8443` }],
    ['with a path', { origin: `${webApp.origin}/` }],
    ['in capitals', { origin: 'https://APP.example.com' }],
    ['of another local port', { origin: 'http://localhost:5174' }],
    ['twice', { origin: [webApp.origin, 'https://evil.example'] }],
    ['two in one', { origin: `${webApp.origin} http://localhost:5173` }],
    ['only as Referer', { referer: `${webApp.origin}/` }],
  ];

  test.each(origins)('%s: refused on all three routes', async (_name, headers) => {
    const cookie = `${name}=pwl1.x.y`;
    service.dynamo.clear();
    expectRefused(await refresh(cookie, { ...headers, cookie }));
    expectRefused(await logout(cookie, { ...headers, cookie }));
    expectRefused(await service.send(jsonCall('/auth/login', { ...user, channel: 'cookie' }, headers)));
    expect(service.dynamo.calls).toEqual([]);
  });

  test('the second allowed one serves as well', async () => {
    const cookie = cookieOf(await login());
    expect((await refresh(cookie, { cookie, origin: 'http://localhost:5173' })).status).toBe(200);
  });
});

describe('a cookie request is refused', () => {
  let cookie: string;
  beforeAll(async () => {
    cookie = cookieOf(await login());
  });
  const refuse = async (call: HttpCall, code?: string) => {
    service.dynamo.clear();
    expectRefused(await service.send(call), code);
    expect(service.dynamo.calls).toEqual([]);
  };

  test('as a form, which any page could send', async () => {
    await refuse(formCall('/auth/refresh', grant, trusted(cookie)));
    await refuse(formCall('/auth/revoke', { token_type_hint: 'refresh_token' }, trusted(cookie)));
  });

  test('as text/plain or without a type', async () => {
    const call = jsonCall('/auth/refresh', grant);
    await refuse({ ...call, headers: { ...trusted(cookie), 'content-type': 'text/plain' } });
    await refuse({ ...call, headers: trusted(cookie) });
  });

  test('with a token in the body as well', async () => {
    const token = cookie.slice(name.length + 1);
    await refuse(jsonCall('/auth/refresh', { ...grant, refresh_token: token }, trusted(cookie)));
    await refuse(jsonCall('/auth/revoke', { token }, trusted(cookie)));
  });

  test('when the cookie is empty or has another name', async () => {
    for (const other of [`${name}=`, `${name}2=x`, `pawl_rt=${cookie.slice(name.length + 1)}`]) {
      await refuse(jsonCall('/auth/refresh', grant, trusted(other)));
    }
  });

  test('but other cookies do not matter, nor do planted ones of its name, in one header or two', async () => {
    for (const sent of [`a=b; ${cookie}; theme=dark`, `${name}=x; ${cookie}; ${name}=`, [cookie, `${name}=y`]]) {
      const reply = await service.send(jsonCall('/auth/refresh', grant, trusted(sent)));
      expect(reply.status, reply.text).toBe(200);
    }
  });
});

describe('a token answers only on its own channel', () => {
  test('a cookie token in the body is refused, and the session lives on', async () => {
    const cookie = cookieOf(await login());
    expectRefused(await refreshInBody(service, cookie.slice(name.length + 1)), 'invalid_grant');
    expect((await refresh(cookie)).status).toBe(200);
  });

  test('a body token in a cookie is refused, and the session lives on', async () => {
    const { refreshToken } = await openSession(service, user);
    expectRefused(await refresh(`${name}=${refreshToken}`), 'invalid_grant');
    expect(tokensOf(await refreshInBody(service, refreshToken)).refreshToken).not.toBe('');
  });
});
