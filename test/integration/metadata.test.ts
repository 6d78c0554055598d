import { calculateJwkThumbprint, createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProxiedService, startProxied } from './support/service.ts';
import { claimsOf, expectOwnHeaders, openSession } from './support/session.ts';

const cacheable = 'public, max-age=300';
const jwksPath = '/.well-known/jwks.json';
const metadataPath = '/.well-known/oauth-authorization-server';

let service: ProxiedService;
let accessToken: string;

beforeAll(async () => {
  service = await startProxied();
  ({ accessToken } = await openSession(service, await service.addUser()));
});
afterAll(() => service.stop());

describe('the JWKS', () => {
  test('holds the public members of current and next key, and may be cached', async () => {
    const reply = await service.send({ path: jwksPath });
    expect(reply.status).toBe(200);
    expectOwnHeaders(reply, cacheable);
    expect(Object.keys(reply.json)).toEqual(['keys']);
    const { keys } = reply.json as unknown as JSONWebKeySet;
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      expect(key).toEqual({
        kty: 'EC',
        crv: 'P-256',
        x: expect.stringMatching(/^[\w-]{43}$/),
        y: expect.stringMatching(/^[\w-]{43}$/),
        kid: await calculateJwkThumbprint(key),
        alg: 'ES256',
        use: 'sig',
      });
    }
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(2);
  });

  test('lets jose verify an access token', async () => {
    const { issuer } = (await service.send({ path: metadataPath })).json as { issuer: string };
    const options = { issuer, audience: issuer, typ: 'at+jwt', algorithms: ['ES256'] };
    const keys = createRemoteJWKSet(new URL(jwksPath, service.local.url));
    const { payload, protectedHeader } = await jwtVerify(accessToken, keys, options);
    expect(payload).toEqual(claimsOf(accessToken));
    expect(protectedHeader.typ).toBe('at+jwt');
    const wrong = createLocalJWKSet({ keys: [] });
    await expect(jwtVerify(accessToken, wrong, options)).rejects.toThrow('no applicable key');
  });
});

describe('the server metadata', () => {
  test('is complete, and may be cached', async () => {
    const { url } = service.local;
    const reply = await service.send({ path: metadataPath });
    expect(reply.status).toBe(200);
    expectOwnHeaders(reply, cacheable);
    expect(reply.json).toEqual({
      issuer: url,
      token_endpoint: `${url}/auth/refresh`,
      revocation_endpoint: `${url}/auth/revoke`,
      jwks_uri: `${url}${jwksPath}`,
      grant_types_supported: ['refresh_token'],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint_auth_methods_supported: ['none'],
      refresh_token_expiration_types_supported: ['authorization', 'token_timeout'],
    });
  });

  test('names only what exists', async () => {
    const { json } = await service.send({ path: metadataPath });
    for (const name of ['token_endpoint', 'revocation_endpoint', 'jwks_uri']) {
      const { pathname } = new URL(String(json[name]));
      const method = name === 'jwks_uri' ? 'GET' : 'POST';
      expect((await service.send({ method, path: pathname })).status, name).not.toBe(404);
    }
  });

  test('needs no table', async () => {
    service.dynamo.clear();
    for (const path of [metadataPath, jwksPath]) await service.send({ path });
    expect(service.dynamo.calls).toEqual([]);
  });
});
