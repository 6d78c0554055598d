import { afterEach, describe, expect, test, vi } from 'vitest';
import { invalidGrant, Refusal, Unavailable } from '../../../lambda/core/errors.ts';
import { endpoint, retryAfter } from '../../../lambda/http/endpoint.ts';
import { type Reply, tokenReply } from '../../../lambda/http/response.ts';
import { captureLog } from '../../support/capture-log.ts';
import { httpEvent } from '../../support/http-event.ts';
import { newSession } from '../../support/sessions.ts';

afterEach(() => void vi.restoreAllMocks());

const commonHeaders = {
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'content-type': 'application/json; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

async function answer(handle: () => Promise<Reply>, event = httpEvent()) {
  const log = captureLog();
  const result = await endpoint('refresh', 10, handle)(event);
  return { result, body: result.body === undefined ? undefined : JSON.parse(result.body), lines: log.all() };
}

const fail = (error: unknown) => async () => {
  throw error;
};

describe('every response has the common headers, and writes one log line', () => {
  test.each<[string, () => Promise<Reply>, number, string]>([
    ['success', async () => ({ status: 200, body: {} }), 200, 'ok'],
    ['a refusal', fail(invalidGrant('session_expired')), 400, 'dead'],
    ['a fault of the store', fail(new Unavailable('store_unavailable')), 503, 'unavailable'],
    ['a server fault', fail(new TypeError('boom')), 500, 'failed'],
    ['a thrown value that is not an error', fail('text'), 500, 'failed'],
  ])('%s', async (_, handle, status, outcome) => {
    const { result, lines } = await answer(handle);
    expect(result).toMatchObject({ statusCode: status, headers: commonHeaders });
    expect(lines).toEqual([expect.objectContaining({ route: 'refresh', status, outcome, requestId: 'request-id' })]);
  });

  test('a request that cannot be read', async () => {
    const { result, body } = await answer(async () => ({ status: 200, body: {} }), httpEvent({ query: 'token=x' }));
    expect(result).toMatchObject({ statusCode: 400, headers: commonHeaders });
    expect(body.error).toBe('invalid_request');
  });

  test('a cacheable response says so, and has no `pragma`', async () => {
    const headers = { 'cache-control': 'public, max-age=300' };
    const { result } = await answer(async () => ({ status: 200, body: {}, headers }));
    const { pragma: _, ...rest } = commonHeaders;
    expect(result.headers).toEqual({ ...rest, ...headers });
  });
});

describe('refusals', () => {
  test.each([
    ['invalid_request', 400, undefined],
    ['invalid_grant', 400, undefined],
    ['invalid_scope', 400, undefined],
    ['unsupported_grant_type', 400, undefined],
    ['unsupported_token_type', 400, undefined],
    ['invalid_client', 401, 'None realm="pawl"'],
    ['invalid_token', 401, 'Bearer realm="pawl", error="invalid_token"'],
    ['insufficient_scope', 403, 'Bearer realm="pawl", error="insufficient_scope"'],
    ['not_found', 404, undefined],
    ['slow_down', 429, undefined],
  ] as const)('%s is %i', async (code, status, challenge) => {
    const { result, body } = await answer(fail(new Refusal(code, 'token_malformed', 'Words.')));
    expect(result.statusCode).toBe(status);
    expect(body).toEqual({ error: code, error_description: 'Words.' });
    expect(result.headers?.['www-authenticate']).toBe(challenge);
  });

  test('a refused refresh has the same response for every reason; only the log has the reason', async () => {
    const reasons = ['token_reused', 'token_impossible', 'session_unknown', 'account_dead', 'client_mismatch'] as const;
    const heard = await Promise.all(reasons.map((reason) => answer(fail(invalidGrant(reason)))));
    expect(new Set(heard.map(({ result }) => JSON.stringify(result))).size).toBe(1);
    expect(heard.map(({ result }) => result.cookies)).toEqual(reasons.map(() => undefined));
  });

  test.each([
    ['token_reused', 'warn'],
    ['token_impossible', 'warn'],
    ['session_expired', 'info'],
  ] as const)('%s is logged as %s', async (reason, level) => {
    const { lines } = await answer(fail(invalidGrant(reason)));
    expect(lines).toEqual([expect.objectContaining({ level, reason })]);
  });
});

describe('503', () => {
  test('asks for a retry within the grace window, and clears no cookie', async () => {
    const { result, body } = await answer(fail(new Unavailable('keys_unavailable')));
    expect(result).toMatchObject({ statusCode: 503, headers: { 'retry-after': '10' } });
    expect(result).not.toHaveProperty('cookies');
    expect(body.error).toBe('temporarily_unavailable');
  });

  test.each([
    [0, 1],
    [1, 1],
    [5, 1],
    [6, 2],
    [30, 10],
    [31, 10],
  ])('a grace window of %i s: after %i s', (grace, seconds) => {
    expect(retryAfter(grace)).toBe(seconds);
  });
});

describe('the token response', () => {
  const tokens = (channel: 'body' | 'cookie') => ({
    accessToken: 'access',
    tokenType: 'Bearer' as const,
    expiresInSeconds: 600,
    authorizationExpiresInSeconds: 7_776_000,
    refreshTokenTimeoutSeconds: 1_209_600,
    refreshToken: 'pwl1.canary',
    refreshTokenChanged: true,
    scopes: ['read', 'write'],
    session: newSession({ sessionId: 'sid', channel }),
  });
  const expected = {
    access_token: 'access',
    token_type: 'Bearer',
    expires_in: 600,
    refresh_token_timeout: 1_209_600,
    authorization_expires_in: 7_776_000,
    scope: 'read write',
    session_id: 'sid',
  };

  test('in body mode', () => {
    const reply = tokenReply(tokens('body'), 'rotated', []);
    expect(reply.body).toEqual({ ...expected, refresh_token: 'pwl1.canary' });
    expect(reply.cookies).toEqual([]);
  });

  test('in cookie mode, the refresh token is only in the cookie', () => {
    const reply = tokenReply(tokens('cookie'), 'rotated', ['the cookie']);
    expect(reply.body).toEqual(expected);
    expect(reply.cookies).toEqual(['the cookie']);
  });
});
