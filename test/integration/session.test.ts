import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import * as session from './support/session.ts';

const grace = 30;
const floor = 50;
const accessTokenTtl = 600;

let service: ProxiedService;
let user: User;

beforeAll(async () => {
  service = await startProxied();
  user = await service.addUser();
});
afterAll(() => service.stop());

const open = (extra = {}) => session.openSession(service, user, extra);
const refresh = (token: string, extra = {}) => session.refresh(service, token, extra);
const expectRefused = (reply: Awaited<ReturnType<typeof refresh>>) => session.expectError(reply, 400, 'invalid_grant');

/** Opens a session and rotates it once; the clock stands at the rotation. */
async function openRotated() {
  const first = await open();
  const second = session.tokensOf(await refresh(first.refreshToken));
  return { first: first.refreshToken, second: second.refreshToken, sessionId: first.sessionId };
}

describe('login', () => {
  test('answers with every field of the token response', async () => {
    const reply = await session.login(service, user);
    const { accessToken, refreshToken, sessionId } = session.tokensOf(reply);
    expect(reply.json).toEqual({
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: accessTokenTtl,
      refresh_token: refreshToken,
      refresh_token_timeout: 14 * 86_400,
      authorization_expires_in: 90 * 86_400,
      scope: 'read write',
      session_id: sessionId,
    });
    expect(sessionId).toMatch(/^[\w-]{22}$/);
    expect(refreshToken).toMatch(/^pwl1\.[\w-]+\.[\w-]{22}$/);
    expect(refreshToken.length).toBeLessThanOrEqual(512);
    session.expectOwnHeaders(reply);
    expect(reply.cookies).toEqual([]);
  });

  test('gives an access token with the claims of RFC 9068', async () => {
    const { accessToken, sessionId } = await open({ client_id: 'phone' });
    const [header] = accessToken.split('.').map((part) => Buffer.from(part, 'base64url').toString('utf8'));
    expect(JSON.parse(header ?? '')).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    const { url } = service.local;
    const claims = session.claimsOf(accessToken);
    expect(claims).toMatchObject({ iss: url, aud: url, sub: user.subject, client_id: 'phone', sid: sessionId });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(accessTokenTtl);
    expect(claims.auth_time).toBe(claims.iat);
    expect(claims.scope).toBe('read write');
    expect(claims.jti).toMatch(/^[\w-]{22}$/);
  });
});

describe('a guarded route', () => {
  test('answers 200 with an access token', async () => {
    const { accessToken, sessionId } = await open();
    const reply = await session.me(service, accessToken);
    expect(reply.status).toBe(200);
    const { exp } = session.claimsOf(accessToken);
    expect(reply.json).toEqual({ sub: user.subject, sid: sessionId, client_id: 'default', scope: 'read write', exp });
  });

  test('answers 401 without one, and the authorizer is not called', async () => {
    const before = service.local.logs.length;
    const reply = await session.me(service);
    expect([reply.status, reply.json]).toEqual([401, { message: 'Unauthorized' }]);
    expect(service.local.logs.length).toBe(before);
  });

  test.each([
    ['header', 0],
    ['payload', 1],
    ['signature', 2],
  ])('answers 403 when the %s is tampered with', async (_name, index) => {
    const segments = (await open()).accessToken.split('.');
    const segment = segments[index] ?? '';
    segments[index] = `${segment.slice(0, 9)}${segment[9] === 'A' ? 'B' : 'A'}${segment.slice(10)}`;
    const reply = await session.me(service, segments.join('.'));
    expect([reply.status, reply.json]).toEqual([403, { message: 'Forbidden' }]);
  });

  test.each([
    ['a refresh token', (tokens: session.Tokens) => tokens.refreshToken],
    ['an unsigned token', ({ accessToken }) => `eyJhbGciOiJub25lIn0.${accessToken.split('.')[1]}.`],
    ['a token with spare bits', ({ accessToken }) => spareBits(accessToken)],
    ['a token that is too long', ({ accessToken }) => `${accessToken}${'A'.repeat(8192)}`],
  ])('answers 403 to %s', async (_name, make) => {
    const reply = await session.me(service, make(await open()));
    expect([reply.status, reply.json]).toEqual([403, { message: 'Forbidden' }]);
  });

  test('answers 403 once the access token has expired, not a second before', async () => {
    const { accessToken } = await open();
    service.local.advance(accessTokenTtl - 3);
    expect((await session.me(service, accessToken)).status).toBe(200);
    service.local.advance(4);
    const reply = await session.me(service, accessToken);
    expect([reply.status, reply.json]).toEqual([403, { message: 'Forbidden' }]);
  });
});

/** The same signature with other unused bits in its last character: a lenient decoder takes it. */
function spareBits(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(token.at(-1) ?? '');
  return token.slice(0, -1) + alphabet[last ^ 1];
}

describe('refresh', () => {
  test.each([
    ['JSON', session.refresh],
    ['a form', session.refreshByForm],
  ])('by %s rotates the token', async (_name, send) => {
    const first = await open();
    const reply = await send(service, first.refreshToken);
    const second = session.tokensOf(reply);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(second.sessionId).toBe(first.sessionId);
    expect(Object.keys(reply.json).sort()).toEqual([
      'access_token',
      'authorization_expires_in',
      'expires_in',
      'refresh_token',
      'refresh_token_timeout',
      'scope',
      'session_id',
      'token_type',
    ]);
    session.expectOwnHeaders(reply);
    expect((await session.me(service, second.accessToken)).status).toBe(200);
  });

  test('with the old token at once gives the byte-identical successor and a new access token', async () => {
    const first = await open();
    const one = session.tokensOf(await refresh(first.refreshToken));
    const two = session.tokensOf(await refresh(first.refreshToken));
    expect(two.refreshToken).toBe(one.refreshToken);
    expect(two.accessToken).not.toBe(one.accessToken);
  });

  test('twenty times in parallel: twenty 200s and one refresh token', async () => {
    const { refreshToken } = await open();
    const replies = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    const tokens = replies.map(session.tokensOf);
    expect(new Set(tokens.map((each) => each.refreshToken)).size).toBe(1);
    expect(tokens[0]?.refreshToken).not.toBe(refreshToken);
    expect(new Set(tokens.map((each) => each.accessToken)).size).toBe(20);
  });

  test('too soon gives the same refresh token and a new access token', async () => {
    const { second } = await openRotated();
    service.local.advance(floor - 3);
    const reply = session.tokensOf(await refresh(second));
    expect(reply.refreshToken).toBe(second);
    expect((await session.me(service, reply.accessToken)).status).toBe(200);
  });

  test('after the floor rotates again', async () => {
    const { first, second } = await openRotated();
    service.local.advance(floor + 1);
    const third = session.tokensOf(await refresh(second)).refreshToken;
    expect([first, second]).not.toContain(third);
    expect(session.tokensOf(await refresh(second)).refreshToken).toBe(third);
  });

  test('with the old token is a retry within the grace window, and ends the session after it', async () => {
    const { first, second } = await openRotated();
    service.local.advance(grace - 2);
    expect(session.tokensOf(await refresh(first)).refreshToken).toBe(second);
    service.local.advance(3);
    expectRefused(await refresh(first));
    expectRefused(await refresh(second));
  });

  test('with a token two generations old ends the session at once', async () => {
    const { first, second } = await openRotated();
    service.local.advance(floor + 1);
    const third = session.tokensOf(await refresh(second)).refreshToken;
    expectRefused(await refresh(first));
    expectRefused(await refresh(third));
  });
});
