import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { allowedCallsVariable } from '../../../lambda/contract/logging.ts';
import type { handler as Handler } from '../../../lambda/handlers/authorizer.ts';
import { createVerifier, type Verifier, VerifyError } from '../../../verify/index.ts';
import { corpus, type Sample } from '../../examples/support/corpus.ts';
import { audience, TestIssuer } from '../../examples/support/issuer.ts';

const now = 1_800_000_000_000;
let issuer: TestIssuer;
let samples: readonly Sample[];
let verifier: Verifier;
let authorizer: typeof Handler;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now });
  issuer = await TestIssuer.start();
  samples = corpus(issuer);
  vi.stubEnv('ISSUER', issuer.url);
  vi.stubEnv('AUDIENCE', audience);
  vi.stubEnv('JWKS', JSON.stringify(issuer.jwks));
  vi.stubEnv(allowedCallsVariable, 'true');
  authorizer = (await import('../../../lambda/handlers/authorizer.ts')).handler;
  verifier = createVerifier({ issuer: issuer.url, audience, jwks: issuer.jwks });
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterAll(async () => {
  vi.useRealTimers();
  await issuer.stop();
});

/** `allowed`, or why not. */
async function byVerify(authorization: string): Promise<string> {
  try {
    await verifier.verify(authorization);
    return 'allowed';
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error;
    expect([error.code, error.status]).toEqual(['invalid_token', 401]);
    return error.reason;
  }
}

/** The same of the authorizer, its reason taken from its log. */
async function byAuthorizer(authorization: string): Promise<string> {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const event = {
    headers: { authorization },
    requestContext: { requestId: 'r1', http: { sourceIp: '192.0.2.1' } },
  } as unknown as Parameters<typeof Handler>[0];
  const { isAuthorized } = await authorizer(event);
  const line = String(written.mock.calls[0]?.[0]);
  written.mockRestore();
  const { outcome, reason } = JSON.parse(line) as { outcome: string; reason?: string };
  expect(isAuthorized).toBe(outcome === 'allowed');
  return isAuthorized ? 'allowed' : (reason ?? '');
}

test('pawl-verify and the authorizer give every token the same, expected verdict', async () => {
  expect(samples.length).toBeGreaterThan(70);
  const found: (readonly [string, string, string])[] = [];
  for (const [name, token] of samples) {
    found.push([name, await byVerify(`Bearer ${token}`), await byAuthorizer(`Bearer ${token}`)]);
  }
  expect(found).toEqual(samples.map(([name, , verdict]) => [name, verdict, verdict]));
});

test('each made one request, for the first unknown kid, and no URL in a token was fetched', () => {
  expect(issuer.requests).toEqual(['/.well-known/jwks.json', '/.well-known/jwks.json']);
});

describe('the Authorization header', () => {
  const forms: readonly [string, (token: string) => string, string][] = [
    ['as it should be', (token) => `Bearer ${token}`, 'allowed'],
    ['in lower case', (token) => `bearer ${token}`, 'allowed'],
    ['with two blanks', (token) => `Bearer  ${token}`, 'allowed'],
    ['with a tab', (token) => `Bearer\t${token}`, 'token_malformed'],
    ['with a blank at the end', (token) => `Bearer ${token} `, 'token_malformed'],
    ['twice', (token) => `Bearer ${token},Bearer ${token}`, 'token_malformed'],
    ['with two tokens', (token) => `Bearer ${token} ${token}`, 'token_malformed'],
    ['without a token', () => 'Bearer', 'token_malformed'],
    ['of another scheme', (token) => `DPoP ${token}`, 'token_missing'],
    ['of Basic', () => 'Basic dTpw', 'token_missing'],
    ['without a scheme', (token) => token, 'token_missing'],
    ['empty', () => '', 'token_missing'],
  ];

  test.each(forms)('%s', async (_name, make, verdict) => {
    const header = make(issuer.token());
    expect(await byVerify(header)).toBe(verdict);
    expect(await byAuthorizer(header)).toBe(verdict === 'allowed' ? verdict : 'token_malformed');
  });

  test.each([undefined, null])('%s', async (nothing) => {
    await expect(verifier.verify(nothing)).rejects.toMatchObject({ reason: 'token_missing', status: 401 });
  });
});

test('the claims come typed, and raw as well', async () => {
  const claims = await verifier.verifyToken(issuer.token({ scope: 'orders:read orders:write', tenant: 't1' }));
  expect(claims).toEqual({
    sub: 'u1',
    sid: 's1',
    clientId: 'web',
    scopes: ['orders:read', 'orders:write'],
    expiresAt: new Date(now + 600_000),
    raw: issuer.claims({ scope: 'orders:read orders:write', tenant: 't1' }),
  });
  expect((await verifier.verifyToken(issuer.token({ scope: '' }))).scopes).toEqual([]);
});

test('clock tolerance moves exp and nbf by just so much', async () => {
  const tolerant = createVerifier({ issuer: issuer.url, audience, jwks: issuer.jwks, clockToleranceSeconds: 5 });
  const seconds = now / 1000;
  for (const claims of [{ exp: seconds - 4 }, { nbf: seconds + 5 }]) {
    expect((await tolerant.verifyToken(issuer.token(claims))).sub).toBe('u1');
  }
  await expect(tolerant.verifyToken(issuer.token({ exp: seconds - 5 }))).rejects.toMatchObject({
    reason: 'token_expired',
  });
  await expect(tolerant.verifyToken(issuer.token({ nbf: seconds + 6 }))).rejects.toMatchObject({ status: 401 });
});
