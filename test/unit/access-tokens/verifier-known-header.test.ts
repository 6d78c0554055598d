import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { maxAccessTokenLength } from '../../../lambda/core/access-token.ts';
import type { PrivateReason } from '../../../lambda/core/errors.ts';
import { FakeClock } from '../../support/clock.ts';
import { expectRefusal } from '../../support/expect.ts';
import { headerOf, signedBy, signedText, validClaims } from '../../support/jwt.ts';
import { signerAndVerifier, signingKey } from '../../support/keys.ts';

const now = 1_900_000_000_000;

beforeEach(() => void vi.useFakeTimers({ now, toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const { ring, verifier } = signerAndVerifier(new FakeClock(now));
const key = ring.current;
const claims = validClaims(now);

const refuses = (token: string, reason: PrivateReason) =>
  expectRefusal(verifier.verify(token), 'invalid_token', reason);

describe('a header that was seen before', () => {
  const signedAs = (more: object, by = key) => signedBy(by, headerOf(key), { ...claims, ...more });

  test('says nothing about the rest of the token', async () => {
    expect(await verifier.verify(signedAs({}))).toEqual(claims);
    const [head, body, signature] = signedAs({}).split('.');
    const other = signedAs({ sub: 'other' }).split('.');
    await refuses(`${head}.${other[1]}.${signature}`, 'token_forged');
    await refuses(`${head}.${body}.${other[2]}`, 'token_forged');
    await refuses(signedAs({}, signingKey(key.kid)), 'token_forged');
    await refuses(signedAs({ iss: 'https://evil.example.com' }), 'issuer_mismatch');
    await refuses(`${head}.${body}`, 'token_malformed');
    await refuses(`${head}.`, 'token_malformed');
    await refuses(`${head}..${signature}`, 'token_malformed');
    await refuses(`${head}.${signedAs({})}`, 'token_malformed');
    expect(await verifier.verify(signedAs({ sub: 'other' }))).toEqual({ ...claims, sub: 'other' });
  });

  test('is not the one that follows it', async () => {
    expect(await verifier.verify(signedAs({}))).toEqual(claims);
    await refuses(signedBy(key, headerOf(key, { typ: 'JWT' }), claims), 'token_type');
    await refuses(signedBy(key, headerOf(ring.next), claims), 'token_forged');
    expect(await verifier.verify(signedBy(ring.next, headerOf(ring.next), claims))).toEqual(claims);
    expect(await verifier.verify(signedAs({}))).toEqual(claims);
  });

  test('brings no member for a prototype to the caller', async () => {
    const known = signedAs({});
    expect(await verifier.verify(known)).toEqual(claims);
    for (const name of ['__proto__', 'constructor', '__pr\\u006fto__']) {
      const hostile = JSON.stringify(claims).replace(
        /}$/,
        `,"${name}":{"admin":true},"org":{"${name}":{"admin":true}}}`,
      );
      const verified = await verifier.verify(signedText(key, headerOf(key), hostile));
      expect(verified).toEqual({ ...claims, org: {} });
      expect(Object.hasOwn(verified, '__proto__') || Object.hasOwn(verified, 'constructor')).toBe(false);
    }
  });

  test('counts for the size limit', async () => {
    const ofLength = (length: number) => {
      const more = length - signedAs({ pad: '' }).length;
      return [0, 1, 2, 3, 4].map((less) => signedAs({ pad: 'x'.repeat(Math.ceil((more * 3) / 4) - less) }));
    };
    for (const long of ofLength(maxAccessTokenLength + 20)) {
      expect(long.length).toBeGreaterThan(maxAccessTokenLength);
      await refuses(long, 'token_malformed');
    }
    for (const fits of ofLength(maxAccessTokenLength - 10)) await verifier.verify(fits);
  });
});
