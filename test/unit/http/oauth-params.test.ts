import { describe, expect, test } from 'vitest';
import { refreshCookieName } from '../../../lambda/http/cookies.ts';
import { readLogin } from '../../../lambda/http/login-params.ts';
import { clientIdOf, refuseAccessToken, requireRefreshGrant, scopesOf } from '../../../lambda/http/oauth-params.ts';
import { readParams } from '../../../lambda/http/params.ts';
import { toRequest } from '../../../lambda/http/request.ts';
import { type EventOptions, httpEvent } from '../../support/http-event.ts';
import { refusalOf } from '../../support/refusal.ts';

const origin = 'https://app.example.com';
const cookies = [`${refreshCookieName}=from-cookie`];

function paramsOf(document: Readonly<Record<string, unknown>>) {
  return readParams(toRequest(httpEvent({ body: JSON.stringify(document) })), ['json']);
}

describe('OAuth parameters', () => {
  test('client_id', () => {
    for (const absent of [{}, { client_id: null }, { client_id: '' }])
      expect(clientIdOf(paramsOf(absent))).toBe('default');
    expect(clientIdOf(paramsOf({ client_id: 'app-1.web' }))).toBe('app-1.web');
    for (const client_id of ['a b', 'é', 'a"b', 'a\\b', 'a\n', 'x'.repeat(65), 7]) {
      expect(refusalOf(() => clientIdOf(paramsOf({ client_id }))).code).toBe('invalid_request');
    }
  });

  test('scope', () => {
    for (const absent of [{}, { scope: null }, { scope: '' }]) expect(scopesOf(paramsOf(absent))).toBeUndefined();
    expect(scopesOf(paramsOf({ scope: 'read write:all' }))).toEqual(['read', 'write:all']);
    expect(scopesOf(paramsOf({ scope: 'x'.repeat(200) }))).toHaveLength(1);
    for (const scope of ['a  b', ' a', 'a ', ' ', 'a"b', 'a\\b', 'a\tb', 'é', '\0', 'x'.repeat(201)]) {
      expect(refusalOf(() => scopesOf(paramsOf({ scope }))).code).toBe('invalid_scope');
    }
    for (const scope of [7, true, ['a'], { a: 1 }]) {
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

  test('an access token cannot be revoked: RFC 7009 §2.2.1', () => {
    const description = refusalOf(() => refuseAccessToken('eyJhbGciOiJFUzI1NiJ9.e30.AAAA'));
    expect(description).toMatchObject({ code: 'unsupported_token_type', reason: 'token_type' });
    for (const token of ['pwl1.a.b', 'eyJ', 'nonsense', 'eyJ.a']) refuseAccessToken(token);
  });
});

describe('a login', () => {
  const accepted = { allowedOrigins: [origin], clients: [] };
  const body = { username: 'alice', password: 'secret' };
  const read = (document: object, options: EventOptions = {}) =>
    readLogin(toRequest(httpEvent({ ...options, body: JSON.stringify(document) })), accepted);

  test('with nothing but username and password', () => {
    expect(read(body)).toEqual({
      ...body,
      clientId: 'default',
      channel: 'body',
      sourceIp: '192.0.2.1',
      earlierTokens: [],
    });
  });

  test('by cookie: with its Origin, and the cookie that it replaces', () => {
    const wanted = { ...body, channel: 'cookie' };
    expect(read(wanted, { headers: { origin } })).toMatchObject({ channel: 'cookie' });
    expect(read(wanted, { headers: { origin }, cookies })).toMatchObject({ earlierTokens: ['from-cookie'] });
    expect(refusalOf(() => read(wanted)).reason).toBe('origin_refused');
    expect(read(body, { cookies }).earlierTokens).toEqual([]);
  });

  test('names and user agents are kept within their bytes', () => {
    const { deviceName, userAgent } = read(
      { ...body, device_name: 'é'.repeat(32) },
      { headers: { 'user-agent': `${'a'.repeat(127)}é${'b'.repeat(99)}` } },
    );
    expect([Buffer.byteLength(deviceName ?? ''), userAgent]).toEqual([64, 'a'.repeat(127)]);
    expect(read({ ...body, device_name: `${'é'.repeat(31)}x🙂` }).deviceName).toBe(`${'é'.repeat(31)}x`);
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
