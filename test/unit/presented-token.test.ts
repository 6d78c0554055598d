import { describe, expect, test } from 'vitest';
import { Refusal } from '../../lambda/core/errors.ts';
import { clearedRefreshCookie, refreshCookie, refreshCookieName } from '../../lambda/http/cookies.ts';
import { readLogin } from '../../lambda/http/login-params.ts';
import {
  clientIdOf,
  refuseAccessToken,
  refuseClientAuthentication,
  requireRefreshGrant,
  scopesOf,
} from '../../lambda/http/oauth-params.ts';
import { readParams } from '../../lambda/http/params.ts';
import { presentedToken } from '../../lambda/http/presented-token.ts';
import { toRequest } from '../../lambda/http/request.ts';
import { type EventOptions, httpEvent } from '../support/http-event.ts';
import { newSession } from '../support/sessions.ts';

const origin = 'https://app.example.com';
const cookies = [`${refreshCookieName}=from-cookie`];

function present({ body = '{}', ...rest }: EventOptions) {
  const request = toRequest(httpEvent({ ...rest, body }));
  return presentedToken(request, readParams(request, ['json', 'form']), 'refresh_token', [origin]);
}

function paramsOf(document: Readonly<Record<string, unknown>>) {
  return readParams(toRequest(httpEvent({ body: JSON.stringify(document) })), ['json']);
}

/** What a call was refused with. */
function refusalOf(run: () => unknown): Refusal {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was expected to be refused');
}

describe('a refresh token', () => {
  test('in the body', () => {
    expect(present({ body: '{"refresh_token":"t"}' })).toEqual({ text: 't', channel: 'body' });
  });

  test('in the cookie, with an allowed Origin', () => {
    expect(present({ cookies, headers: { origin } })).toEqual({ text: 'from-cookie', channel: 'cookie' });
  });

  test.each<[string, EventOptions, string]>([
    ['nowhere', {}, 'request_malformed'],
    ['in an empty cookie', { cookies: [`${refreshCookieName}=`] }, 'request_malformed'],
    ['in another cookie', { cookies: ['pawl_rt=x', `x${refreshCookieName}=x`] }, 'request_malformed'],
    ['in both places', { cookies, headers: { origin }, body: '{"refresh_token":"t"}' }, 'request_malformed'],
    ['in two cookies', { cookies: [...cookies, ...cookies], headers: { origin } }, 'request_malformed'],
    ['too long', { body: JSON.stringify({ refresh_token: 'x'.repeat(2049) }) }, 'request_malformed'],
    ['in the cookie, without Origin', { cookies }, 'origin_refused'],
    ['in the cookie, another Origin', { cookies, headers: { origin: `${origin}.evil.example` } }, 'origin_refused'],
    ['in the cookie, Origin null', { cookies, headers: { origin: 'null' } }, 'origin_refused'],
    [
      'in the cookie of a form',
      { cookies, headers: { origin, 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=b' },
      'origin_refused',
    ],
  ])('%s is refused', (_, options, reason) => {
    expect(refusalOf(() => present(options))).toMatchObject({ code: 'invalid_request', reason });
  });
});

describe('the refresh cookie', () => {
  const session = newSession({ absoluteExpiry: 90_000_500 });
  const attributes = 'Path=/auth; Secure; HttpOnly; SameSite=Strict';

  test('lasts as long as the session can, goes to the auth routes alone, and no script reads it', () => {
    expect(refreshCookie(session, 'pwl1.a.b', 30_000_000)).toBe(
      `__Secure-pawl_rt=pwl1.a.b; Max-Age=60000; ${attributes}`,
    );
    expect(refreshCookie(session, 'pwl1.a.b', 99_000_000)).toContain('Max-Age=0;');
  });

  test('is cleared under the same attributes, or the browser would keep it', () => {
    expect(clearedRefreshCookie).toBe(`__Secure-pawl_rt=; Max-Age=0; ${attributes}`);
  });
});

describe('OAuth parameters', () => {
  test('client_id', () => {
    expect(clientIdOf(paramsOf({}))).toBe('default');
    expect(clientIdOf(paramsOf({ client_id: 'app-1.web' }))).toBe('app-1.web');
    for (const client_id of ['a b', 'é', 'a"b', 'a\\b', 'a\n', 'x'.repeat(65), '', 7]) {
      expect(refusalOf(() => clientIdOf(paramsOf({ client_id }))).code).toBe('invalid_request');
    }
  });

  test('scope', () => {
    expect(scopesOf(paramsOf({}))).toBeUndefined();
    expect(scopesOf(paramsOf({ scope: 'read write:all' }))).toEqual(['read', 'write:all']);
    for (const scope of ['a  b', ' a', 'a ', '', 'a"b', 'é', 'x'.repeat(201)]) {
      expect(refusalOf(() => scopesOf(paramsOf({ scope }))).code).toBe('invalid_request');
    }
  });

  test('grant_type', () => {
    requireRefreshGrant(paramsOf({ grant_type: 'refresh_token' }));
    expect(refusalOf(() => requireRefreshGrant(paramsOf({}))).code).toBe('invalid_request');
    for (const grant_type of ['password', 'authorization_code', 'Refresh_Token']) {
      expect(refusalOf(() => requireRefreshGrant(paramsOf({ grant_type }))).code).toBe('unsupported_grant_type');
    }
  });

  test('client authentication', () => {
    const request = (headers: Record<string, string>) => toRequest(httpEvent({ headers, body: '{}' }));
    refuseClientAuthentication(request({}), paramsOf({}));
    const basic = request({ authorization: 'Basic YTpi' });
    expect(refusalOf(() => refuseClientAuthentication(basic, paramsOf({}))).code).toBe('invalid_client');
    const secret = paramsOf({ client_secret: 's' });
    expect(refusalOf(() => refuseClientAuthentication(request({}), secret)).code).toBe('invalid_client');
  });

  test('an access token cannot be revoked: RFC 7009 §2.2.1', () => {
    const description = refusalOf(() => refuseAccessToken('eyJhbGciOiJFUzI1NiJ9.e30.AAAA'));
    expect(description).toMatchObject({ code: 'unsupported_token_type', reason: 'token_type' });
    for (const token of ['pwl1.a.b', 'eyJ', 'nonsense', 'eyJ.a']) refuseAccessToken(token);
  });
});

describe('a login', () => {
  const body = { username: 'alice', password: 'secret' };
  const read = (document: object, options: EventOptions = {}) =>
    readLogin(toRequest(httpEvent({ ...options, body: JSON.stringify(document) })), [origin]);

  test('with nothing but username and password', () => {
    expect(read(body)).toEqual({ ...body, clientId: 'default', channel: 'body', sourceIp: '192.0.2.1' });
  });

  test('by cookie: with its Origin, and the cookie that it replaces', () => {
    const wanted = { ...body, channel: 'cookie' };
    expect(read(wanted, { headers: { origin } })).toMatchObject({ channel: 'cookie' });
    expect(read(wanted, { headers: { origin }, cookies })).toMatchObject({ earlierToken: 'from-cookie' });
    expect(refusalOf(() => read(wanted)).reason).toBe('origin_refused');
    expect(read(body, { cookies })).not.toHaveProperty('earlierToken');
  });

  test('names and user agents are kept within their bytes', () => {
    const { deviceName, userAgent } = read(
      { ...body, device_name: 'é'.repeat(32) },
      { headers: { 'user-agent': `${'a'.repeat(127)}é${'b'.repeat(99)}` } },
    );
    expect([Buffer.byteLength(deviceName ?? ''), userAgent]).toEqual([64, 'a'.repeat(127)]);
    expect(refusalOf(() => read({ ...body, device_name: 'é'.repeat(33) })).code).toBe('invalid_request');
  });

  test.each([
    [{ password: 'p' }],
    [{ username: 'u' }],
    [{ ...body, username: '' }],
    [{ ...body, password: '' }],
    [{ ...body, password: 'x'.repeat(1025) }],
    [{ ...body, username: ['u'] }],
    [{ ...body, channel: 'carrier pigeon' }],
  ])('%j is refused', (document) => {
    expect(refusalOf(() => read(document)).code).toBe('invalid_request');
  });
});
