import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import { openSession } from './support/session.ts';

/** The one setting that differs from production: the local service speaks http on the loopback interface. */
const loopback = { [oauth.allowInsecureRequests]: true };
const client: oauth.Client = { client_id: 'interop' };
const noSecret = oauth.None();

let service: ProxiedService;
let user: User;
let server: oauth.AuthorizationServer;

beforeAll(async () => {
  service = await startProxied();
  user = await service.addUser();
  server = await discover();
}, 60_000);
afterAll(() => service.stop());

const open = () => openSession(service, user, { client_id: client.client_id });

async function discover(): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(service.local.url);
  return oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...loopback }),
  );
}

async function refresh(
  refreshToken: string,
  additionalParameters: Record<string, string> = {},
): Promise<oauth.TokenEndpointResponse> {
  const options = { additionalParameters, ...loopback };
  const response = await oauth.refreshTokenGrantRequest(server, client, noSecret, refreshToken, options);
  return oauth.processRefreshTokenResponse(server, client, response);
}

async function revoke(token: string, additionalParameters: Record<string, string> = {}): Promise<void> {
  const options = { additionalParameters, ...loopback };
  await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, noSecret, token, options));
}

function validate(accessToken: string, audience = service.local.url): Promise<oauth.JWTAccessTokenClaims> {
  const request = new Request('https://orders.example.com/', { headers: { authorization: `Bearer ${accessToken}` } });
  return oauth.validateJwtAccessToken(server, request, audience, loopback);
}

/** What the server said in a refusal that the library understood. */
async function refusalOf(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof oauth.ResponseBodyError)) throw new Error('no refusal', { cause: error });
  return { code: error.code, status: error.status, error: error.error, text: error.error_description };
}

const invalidGrant = {
  code: oauth.RESPONSE_BODY_ERROR,
  status: 400,
  error: 'invalid_grant',
  text: 'The refresh token is not valid.',
};

test('discovers the server (RFC 8414)', () => {
  const { url } = service.local;
  expect(server).toMatchObject({
    issuer: url,
    token_endpoint: `${url}/auth/refresh`,
    revocation_endpoint: `${url}/auth/revoke`,
    jwks_uri: `${url}/.well-known/jwks.json`,
  });
});

describe('refresh (RFC 6749 section 6)', () => {
  test('rotates, and the next refresh goes on from there', async () => {
    const { refreshToken, sessionId } = await open();
    const first = await refresh(refreshToken);
    expect(first).toMatchObject({ token_type: 'bearer', expires_in: 600, scope: 'read write', session_id: sessionId });
    expect(first.refresh_token).not.toBe(refreshToken);
    service.local.advance(60);
    const second = await refresh(String(first.refresh_token));
    expect(second.refresh_token).not.toBe(first.refresh_token);
  });

  test('narrows the scope on request', async () => {
    const { refreshToken } = await open();
    expect((await refresh(refreshToken, { scope: 'read' })).scope).toBe('read');
  });

  test.each([
    ['a token that never was', async () => 'pwl1.AAAA.AAAA'],
    ['a revoked token', revoked],
  ])('of %s is invalid_grant', async (_name, token) => {
    expect(await refusalOf(refresh(await token()))).toEqual(invalidGrant);
  });

  test('by another client is invalid_grant', async () => {
    const { refreshToken } = await openSession(service, user);
    expect(await refusalOf(refresh(refreshToken))).toEqual(invalidGrant);
  });

  test('of a token used again late is invalid_grant, and so is its successor', async () => {
    const { refreshToken } = await open();
    const { refresh_token: successor } = await refresh(refreshToken);
    service.local.advance(31);
    expect(await refusalOf(refresh(refreshToken))).toEqual(invalidGrant);
    expect(await refusalOf(refresh(String(successor)))).toEqual(invalidGrant);
  });

  test('with a client secret is invalid_client, with its challenge', async () => {
    const { refreshToken } = await open();
    const secret = oauth.ClientSecretBasic('hunter2');
    const response = await oauth.refreshTokenGrantRequest(server, client, secret, refreshToken, loopback);
    const error: unknown = await oauth
      .processRefreshTokenResponse(server, client, response)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
    expect((error as oauth.WWWAuthenticateChallengeError).cause).toMatchObject([{ scheme: 'none' }]);
  });

  async function revoked(): Promise<string> {
    const { refreshToken } = await open();
    await revoke(refreshToken);
    return refreshToken;
  }
});

describe('revocation (RFC 7009)', () => {
  test('ends the session, and may be repeated', async () => {
    const { refreshToken } = await open();
    await revoke(refreshToken, { token_type_hint: 'refresh_token' });
    await revoke(refreshToken);
    expect(await refusalOf(refresh(refreshToken))).toEqual(invalidGrant);
  });

  test('of a token that never was succeeds', async () => {
    await expect(revoke('pwl1.AAAA.AAAA')).resolves.toBeUndefined();
  });

  test('of an access token is unsupported_token_type', async () => {
    const { accessToken } = await open();
    expect(await refusalOf(revoke(accessToken))).toMatchObject({ status: 400, error: 'unsupported_token_type' });
  });
});

describe('access tokens (RFC 9068)', () => {
  test('validate by the JWKS, from the login and from a refresh', async () => {
    const { accessToken, refreshToken, sessionId } = await open();
    const refreshed = await refresh(refreshToken);
    for (const token of [accessToken, refreshed.access_token]) {
      expect(await validate(token)).toMatchObject({
        iss: service.local.url,
        sub: user.subject,
        client_id: client.client_id,
        scope: 'read write',
        sid: sessionId,
      });
    }
  });

  test('are refused for another audience', async () => {
    const { accessToken } = await open();
    await expect(validate(accessToken, 'https://orders.example.com')).rejects.toThrow('unexpected JWT "aud"');
  });

  test('are refused when the signature is another one', async () => {
    const [one, other] = [await open(), await open()].map(({ accessToken }) => accessToken.split('.'));
    const forged = [one?.[0], one?.[1], other?.[2]].join('.');
    await expect(validate(forged)).rejects.toThrow('JWT signature verification failed');
  });

  test('open a guarded route', async () => {
    const { accessToken, sessionId } = await open();
    const url = new URL('/me', service.local.url);
    const response = await oauth.protectedResourceRequest(accessToken, 'GET', url, undefined, undefined, loopback);
    expect(await response.json()).toMatchObject({ sub: user.subject, sid: sessionId });
  });

  test('of a dead session meet a challenge (RFC 6750)', async () => {
    const { accessToken, refreshToken } = await open();
    await revoke(refreshToken);
    const url = new URL('/auth/sessions', service.local.url);
    const call = oauth.protectedResourceRequest(accessToken, 'GET', url, undefined, undefined, loopback);
    const error: unknown = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
    expect((error as oauth.WWWAuthenticateChallengeError).cause).toMatchObject([
      { scheme: 'bearer', parameters: { realm: 'pawl', error: 'invalid_token' } },
    ]);
  });
});
