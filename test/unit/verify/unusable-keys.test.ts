import type { Jwk } from 'aws-jwt-verify/jwk';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { platform as node } from '../../../lambda/access-tokens/node-platform.ts';
import type { Platform } from '../../../lambda/access-tokens/platform.ts';
import { createVerifier } from '../../../lambda/access-tokens/verifier.ts';
import { platform as web } from '../../../lambda/access-tokens/web-platform.ts';
import { createVerifier as createPawlVerifier } from '../../../verify/index.ts';
import { audience, TestIssuer, testKey } from '../../examples/support/issuer.ts';

/** The issuer serves a key that cannot be used. The token may be valid, so there is no verdict. */

let issuer: TestIssuer;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
  issuer = await TestIssuer.start();
});
afterEach(async () => {
  vi.useRealTimers();
  await issuer.stop();
});

/** The issuer serves the entries, followed by a good key. */
const other = testKey('k2');
function serve(...entries: readonly unknown[]): void {
  issuer.answer = (_request, response) => response.end(JSON.stringify({ keys: [...entries, other.jwk] }));
}
const changed = (change: object) => ({ ...issuer.key.jwk, ...change });
const unavailable = { name: 'KeysUnavailableError', status: 503, reason: 'keys_unavailable' };
const forged = { name: 'VerifyError', status: 401, reason: 'token_forged' };
const short = 'AAAA';
const long = 'A'.repeat(44);

const broken: readonly [string, object][] = [
  ['x is short', { x: short }],
  ['y is short', { y: short }],
  ['x is long', { x: long }],
  ['x is padded', { x: `${'A'.repeat(42)}=` }],
  ['x is in standard base64', { x: `${'A'.repeat(42)}+` }],
  ['x is a number', { x: 5 }],
  ['x is missing', { x: undefined }],
  ['y is missing', { y: undefined }],
  ['y is null', { y: null }],
  ['the point is off the curve', { x: testKey('k').jwk.x }],
  ['the type is missing', { kty: undefined }],
  ['the curve is missing', { crv: undefined }],
  ['the operations are not a list', { key_ops: 'verify' }],
  ['an operation is repeated', { key_ops: ['verify', 'verify'] }],
];

describe.each<[string, Platform]>([
  ['node', node],
  ['web', web],
])('%s', (_, platform) => {
  const verifierOf = (jwks?: { readonly keys: readonly Jwk[] }) =>
    createVerifier({ issuer: issuer.url, audience, platform, ...(jwks && { jwks: jwks as never }) });

  test.each(broken)('%s: unavailable, and the other key works', async (_name, change) => {
    serve(changed(change));
    const verifier = verifierOf();
    for (let count = 0; count < 2; count += 1) {
      await expect(verifier.verify(issuer.token())).rejects.toMatchObject({ reason: 'keys_unavailable' });
      expect((await verifier.verify(issuer.token({}, {}, other))).sub).toBe('u1');
    }
    expect(issuer.requests).toHaveLength(1);
  });

  test('works within 10 s after it is fixed', async () => {
    serve(changed({ x: short }));
    const verifier = verifierOf();
    await expect(verifier.verify(issuer.token())).rejects.toMatchObject({ reason: 'keys_unavailable' });
    serve(issuer.key.jwk);
    vi.setSystemTime(Date.now() + 10_000);
    expect((await verifier.verify(issuer.token())).sub).toBe('u1');
  });

  test('a configured key that cannot be used is fetched', async () => {
    const verifier = verifierOf({ keys: [changed({ x: short }) as unknown as Jwk] });
    expect((await verifier.verify(issuer.token())).sub).toBe('u1');
    expect(issuer.requests).toHaveLength(1);
  });

  test.each<[string, object]>([
    ['of another type', { kty: 'RSA', n: 'AQAB', e: 'AQAB' }],
    ['of another curve', { crv: 'P-384' }],
    ['for encryption', { use: 'enc' }],
    ['for another algorithm', { alg: 'ES384' }],
    ['for signing only', { key_ops: ['sign'] }],
  ])('a key %s is ignored, and a good one with the same kid is used', async (_name, change) => {
    serve(changed(change));
    await expect(verifierOf().verify(issuer.token())).rejects.toMatchObject({ reason: 'token_forged' });
    serve(changed(change), issuer.key.jwk);
    expect((await verifierOf().verify(issuer.token())).sub).toBe('u1');
  });
});

describe('pawl-verify', () => {
  test('names the key in an error that is not a refusal', async () => {
    serve(changed({ x: short }));
    const verifier = createPawlVerifier({ issuer: issuer.url, audience });
    const failed = await verifier.verifyToken(issuer.token()).catch((error: unknown) => error);
    expect(failed).toMatchObject({ ...unavailable, headers: { 'retry-after': '10', 'cache-control': 'no-store' } });
    expect(String((failed as Error).cause)).toBe("Error: the issuer's key k1 cannot be used: not an ES256 key");
  });

  test.each([null, 5, 'text', [], {}, { kid: 5 }, { kid: null }, { kty: 'EC' }])(
    '%j among the keys does not affect the others',
    async (entry) => {
      serve(entry, issuer.key.jwk);
      const verifier = createPawlVerifier({ issuer: issuer.url, audience });
      expect((await verifier.verifyToken(issuer.token())).sub).toBe('u1');
      await expect(verifier.verifyToken(issuer.token({}, {}, testKey('k9')))).rejects.toMatchObject(forged);
    },
  );
});
