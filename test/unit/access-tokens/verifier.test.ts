import { createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { maxAccessTokenLength } from '../../../lambda/core/access-token.ts';
import type { PrivateReason } from '../../../lambda/core/errors.ts';
import { FakeClock } from '../../support/clock.ts';
import { expectRefusal } from '../../support/expect.ts';
import { headerOf, macedBy, signedBy, unsigned, validClaims } from '../../support/jwt.ts';
import { issuer, signerAndVerifier, signingKey } from '../../support/keys.ts';

const now = 1_900_000_000_000;

// The library reads the system's clock.
beforeEach(() => void vi.useFakeTimers({ now, toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const { ring, jwks, signer, verifier } = signerAndVerifier(new FakeClock(now));
const key = ring.current;
const claims = validClaims(now);

const refuses = (token: string, reason: PrivateReason, by = verifier) =>
  expectRefusal(by.verify(token), 'invalid_token', reason);

/** Claims without some. */
function without(...names: string[]) {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)));
}

test('what our signer signs, by current and next key', async () => {
  expect(await verifier.verify(await signer.sign(claims))).toEqual(claims);
  expect(await verifier.verify(signedBy(ring.next, headerOf(ring.next), claims))).toEqual(claims);
});

test('the header is what RFC 9068 requires', async () => {
  const [header = ''] = (await signer.sign(claims)).split('.');
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
    alg: 'ES256',
    typ: 'at+jwt',
    kid: key.kid,
  });
});

describe('time', () => {
  test.each([
    [-1000, true],
    [-1, true],
    [0, false],
    [1, false],
    [1000, false],
  ])('%i ms from exp: %s', async (offset, taken) => {
    const token = await signer.sign(claims);
    vi.setSystemTime(claims.exp * 1000 + offset);
    if (taken) expect(await verifier.verify(token)).toEqual(claims);
    else await refuses(token, 'token_expired');
  });

  test('not before its time', async () => {
    await refuses(signedBy(key, headerOf(key), { ...claims, nbf: claims.iat + 1 }), 'token_malformed');
  });
});

/** Claims that say for whom a token is, by name. */
const mismatches: Readonly<Record<string, PrivateReason>> = { iss: 'issuer_mismatch', aud: 'audience_mismatch' };

describe('claims', () => {
  test.each(Object.keys(claims))('%s is required', async (name) => {
    await refuses(signedBy(key, headerOf(key), without(name)), mismatches[name] ?? 'token_malformed');
  });

  test.each<[string, unknown, PrivateReason?]>([
    ['iss', 'https://evil.example.com'],
    ['iss', `${issuer}/`],
    ['iss', [issuer], 'token_malformed'],
    ['aud', 'https://api.example.com.evil.example.com'],
    ['aud', ['https://api.example.com', 'https://other.example.com']],
    ['aud', ['https://api.example.com']],
    ['sub', ''],
    ['sub', 7],
    ['exp', String(claims.exp)],
    ['exp', claims.exp + 0.5],
    ['exp', 1e300],
    ['exp', null],
    ['iat', 'now'],
    ['scope', ['read']],
    ['sid', ''],
    ['cnf', { jkt: 'thumbprint' }],
    ['cnf', null],
  ])('%s %j', async (name, value, reason = mismatches[name] ?? 'token_malformed') => {
    await refuses(signedBy(key, headerOf(key), { ...claims, [name]: value }), reason);
  });
});

describe('header', () => {
  const publicKey = createPublicKey({ key: { ...key.privateJwk }, format: 'jwk' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' });

  test.each(['JWT', 'jwt', 'AT+JWT', 'application/at+jwt', 'dpop+jwt', undefined, ''])('typ %j', async (typ) => {
    await refuses(signedBy(key, headerOf(key, { typ }), claims), 'token_type');
  });

  test.each(['none', 'None', 'NONE', ''])('alg %j without a signature', async (alg) => {
    await refuses(unsigned(headerOf(key, { alg }), claims), 'token_malformed');
    await refuses(unsigned(headerOf(key, { alg }), claims, 'AAAA'), 'token_malformed');
  });

  test.each(['HS256', 'RS256', 'ES384', 'ES512', 'EdDSA', 'ES256K', undefined])('alg %j', async (alg) => {
    await refuses(signedBy(key, headerOf(key, { alg }), claims), 'token_malformed');
  });

  test('HS256 with the public key as its secret', async () => {
    for (const secret of [pem, publicKey.export({ type: 'spki', format: 'der' }), JSON.stringify(jwks.keys[0])]) {
      await refuses(macedBy(secret, headerOf(key, { alg: 'HS256' }), claims), 'token_malformed');
      await refuses(macedBy(secret, headerOf(key), claims), 'token_malformed');
    }
  });

  test("a key in the token's header is ignored", async () => {
    const own = signingKey(key.kid);
    const { d: _, ...jwk } = own.privateJwk;
    const extras = { jwk, jku: 'https://evil.example.com/jwks.json', x5u: 'https://evil.example.com/cert' };
    await refuses(signedBy(own, headerOf(own, extras), claims), 'token_forged');
  });

  test('an extension that has to be understood', async () => {
    for (const crit of [['exp'], ['b64'], []]) {
      await refuses(signedBy(key, headerOf(key, { crit, b64: true }), claims), 'token_malformed');
    }
  });

  test.each([undefined, 7, ['s1'], null])('kid %j', async (kid) => {
    await refuses(signedBy(key, headerOf(key, { kid }), claims), 'token_malformed');
  });
});

describe('signature and form', () => {
  const token = signedBy(key, headerOf(key), claims);
  const [head = '', body = '', signature = ''] = token.split('.');

  test('another key under the same kid', async () => {
    await refuses(signedBy(signingKey(key.kid), headerOf(key), claims), 'token_forged');
  });

  test('one key, the kid of the other', async () => {
    await refuses(signedBy(key, headerOf(ring.next), claims), 'token_forged');
  });

  test('a change of any byte of the signature is refused', async () => {
    for (let at = 0; at < 64; at += 1) {
      const bytes = Buffer.from(signature, 'base64url');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await refuses(`${head}.${body}.${bytes.toString('base64url')}`, 'token_forged');
    }
  });

  test('r = s = 0', async () => {
    await refuses(`${head}.${body}.${Buffer.alloc(64).toString('base64url')}`, 'token_forged');
  });

  test.each([
    ['empty', ''],
    ['two segments', `${head}.${body}`],
    ['four segments', `${token}.`],
    ['no signature', `${head}.${body}.`],
    ['padding', `${token}==`],
    ['white space', ` ${token}`],
    ['a line break inside', `${head}.${body}.\n${signature}`],
    ['the other alphabet', `${head}.${body}.${'+'.repeat(86)}`],
    ['too long', `${head}.${'A'.repeat(maxAccessTokenLength)}.${signature}`],
    ['JSON serialisation', JSON.stringify({ payload: body, protected: head, signature })],
  ])('%s', async (_, text) => {
    await refuses(text, 'token_malformed');
  });

  test('spare bits in the last letter make another text, not another token', async () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = token.slice(0, -1) + letters[letters.indexOf(token.at(-1) ?? '') + 1];
    expect(Buffer.from(twin, 'base64url')).toEqual(Buffer.from(token, 'base64url'));
    await refuses(twin, 'token_malformed');
  });
});
