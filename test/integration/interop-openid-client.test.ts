import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import { openSession } from './support/session.ts';

const clientId = 'interop';

let service: ProxiedService;
let user: User;
let config: openid.Configuration;

beforeAll(async () => {
  service = await startProxied();
  user = await service.addUser();
  // The one setting that differs from production: the local service speaks http on the loopback interface.
  const options: openid.DiscoveryRequestOptions = { algorithm: 'oauth2', execute: [openid.allowInsecureRequests] };
  config = await openid.discovery(new URL(service.local.url), clientId, undefined, openid.None(), options);
}, 60_000);
afterAll(() => service.stop());

const open = () => openSession(service, user, { client_id: clientId });

/** What the server said in a refusal that the library understood. */
async function refusalOf(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof openid.ResponseBodyError)) throw new Error('no refusal', { cause: error });
  return { status: error.status, error: error.error };
}

const invalidGrant = { status: 400, error: 'invalid_grant' };

test('discovers the server (RFC 8414)', () => {
  const { url } = service.local;
  const metadata = config.serverMetadata();
  expect(metadata).toMatchObject({
    issuer: url,
    token_endpoint: `${url}/auth/refresh`,
    revocation_endpoint: `${url}/auth/revoke`,
    jwks_uri: `${url}/.well-known/jwks.json`,
    grant_types_supported: ['refresh_token'],
  });
  // This server has no authorization endpoint, and the library must not be led to believe in one.
  expect(() => openid.buildAuthorizationUrl(config, {})).toThrow('authorization_endpoint');
});

describe('refresh (RFC 6749 section 6)', () => {
  test('rotates, and the next refresh goes on from there', async () => {
    const { refreshToken } = await open();
    const first = await openid.refreshTokenGrant(config, refreshToken);
    expect(first).toMatchObject({ token_type: 'bearer', expires_in: 600, scope: 'read write' });
    expect(first.expiresIn()).toBeGreaterThan(590);
    service.local.advance(60);
    const second = await openid.refreshTokenGrant(config, String(first.refresh_token));
    expect(new Set([refreshToken, first.refresh_token, second.refresh_token]).size).toBe(3);
  });

  test('repeated at once gives the same successor', async () => {
    const { refreshToken } = await open();
    const grants = await Promise.all([1, 2, 3].map(() => openid.refreshTokenGrant(config, refreshToken)));
    expect(new Set(grants.map((grant) => grant.refresh_token)).size).toBe(1);
  });

  test('narrows the scope on request', async () => {
    const { refreshToken } = await open();
    expect((await openid.refreshTokenGrant(config, refreshToken, { scope: 'write' })).scope).toBe('write');
  });

  test('of a token that never was is invalid_grant', async () => {
    expect(await refusalOf(openid.refreshTokenGrant(config, 'pwl1.AAAA.AAAA'))).toEqual(invalidGrant);
  });

  test('of another client is invalid_grant', async () => {
    const { refreshToken } = await openSession(service, user, { client_id: 'somebody-else' });
    expect(await refusalOf(openid.refreshTokenGrant(config, refreshToken))).toEqual(invalidGrant);
  });

  test('of another grant type is unsupported_grant_type', async () => {
    const call = openid.clientCredentialsGrant(config);
    expect(await refusalOf(call)).toEqual({ status: 400, error: 'unsupported_grant_type' });
  });
});

describe('revocation (RFC 7009)', () => {
  test('ends the session, and may be repeated', async () => {
    const { refreshToken } = await open();
    await openid.tokenRevocation(config, refreshToken, { token_type_hint: 'refresh_token' });
    await openid.tokenRevocation(config, refreshToken);
    expect(await refusalOf(openid.refreshTokenGrant(config, refreshToken))).toEqual(invalidGrant);
  });

  test('of a token that never was succeeds', async () => {
    await expect(openid.tokenRevocation(config, 'nobody-knows-it')).resolves.toBeUndefined();
  });

  test('of an access token is unsupported_token_type', async () => {
    const { accessToken } = await open();
    const refusal = await refusalOf(openid.tokenRevocation(config, accessToken));
    expect(refusal).toEqual({ status: 400, error: 'unsupported_token_type' });
  });
});

describe('access tokens', () => {
  test('validate by the JWKS that discovery named', async () => {
    const { issuer, jwks_uri: jwksUri = '' } = config.serverMetadata();
    const { access_token: accessToken } = await openid.refreshTokenGrant(config, (await open()).refreshToken);
    const keys = createRemoteJWKSet(new URL(jwksUri));
    const { payload } = await jwtVerify(accessToken, keys, { issuer, audience: issuer, typ: 'at+jwt' });
    expect(payload).toMatchObject({ sub: user.subject, client_id: clientId });
  });

  test('open a guarded route', async () => {
    const { accessToken } = await open();
    const response = await openid.fetchProtectedResource(config, accessToken, new URL('/me', service.local.url), 'GET');
    expect(await response.json()).toMatchObject({ sub: user.subject, client_id: clientId });
  });

  test('open the routes of the account, until the session ends', async () => {
    const { accessToken, refreshToken, sessionId } = await open();
    const url = new URL('/auth/sessions', service.local.url);
    const response = await openid.fetchProtectedResource(config, accessToken, url, 'GET');
    const { sessions } = (await response.json()) as { sessions: { session_id: string; current: boolean }[] };
    expect(sessions.find(({ current }) => current)?.session_id).toBe(sessionId);
    await openid.tokenRevocation(config, refreshToken);
    const error: unknown = await openid
      .fetchProtectedResource(config, accessToken, url, 'GET')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(openid.WWWAuthenticateChallengeError);
    expect(error).toMatchObject({ status: 401, cause: [{ parameters: { error: 'invalid_token' } }] });
  });
});
