import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PrivateReason } from '../../../lambda/core/errors.ts';
import type { Verifier } from '../../../lambda/core/signing.ts';
import type { SigningKey } from '../../../lambda/keys/rings.ts';
import { FakeClock } from '../../support/clock.ts';
import { expectRefusal, expectUnavailable } from '../../support/expect.ts';
import { headerOf, signedBy, validClaims } from '../../support/jwt.ts';
import { issuer, signerAndVerifier, signingKey } from '../../support/keys.ts';

const now = 1_900_000_000_000;

beforeEach(() => void vi.useFakeTimers({ now, toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const { ring, jwks, verifier } = signerAndVerifier(new FakeClock(now));
const key = ring.current;
const claims = validClaims(now);

const refuses = (token: string, reason: PrivateReason, by = verifier) =>
  expectRefusal(by.verify(token), 'invalid_token', reason);

describe('a kid that is not known', () => {
  const stranger: SigningKey = signingKey('s3');
  const token = signedBy(stranger, headerOf(stranger), claims);
  const { d: _, ...publicJwk } = stranger.privateJwk;

  function fetching(answer: () => Promise<ArrayBuffer>) {
    const fetch = vi.fn(answer);
    return { fetch, ...signerAndVerifier(new FakeClock(now), { jwks: jwks as never, fetcher: { fetch } }) };
  }
  const document = (keys: unknown[]) => new TextEncoder().encode(JSON.stringify({ keys })).buffer;

  test('is looked for at the issuer, once', async () => {
    const { fetch, verifier: by } = fetching(async () => document([publicJwk, ...jwks.keys]));
    expect(await by.verify(token)).toEqual(claims);
    expect(await by.verify(token)).toEqual(claims);
    expect(fetch.mock.calls).toEqual([[`${issuer}/.well-known/jwks.json`]]);
  });

  const notTheirs = (by: Verifier) => refuses(token, 'token_forged', by);
  const undecided = (by: Verifier) => expectUnavailable(by.verify(token), 'keys_unavailable');
  const down = () => Promise.reject(new Error('down'));
  const garbage = async () => new TextEncoder().encode('<html>').buffer;

  test.each<[string, (by: Verifier) => Promise<void>, () => Promise<ArrayBuffer>]>([
    ['that the issuer does not know either: refused', notTheirs, async () => document(jwks.keys as unknown[])],
    ['while the issuer cannot be reached: nothing is decided', undecided, down],
    ['while the issuer answers garbage: nothing is decided', undecided, garbage],
  ])('%s, and not asked for again for 10 s', async (_name, expectIt, answer) => {
    const { fetch, verifier: by } = fetching(answer);
    await expectIt(by);
    await expectIt(by);
    await vi.advanceTimersByTimeAsync(9999);
    await expectIt(by);
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(await by.verify(signedBy(key, headerOf(key), claims))).toEqual(claims);
    await vi.advanceTimersByTimeAsync(1);
    await expectIt(by);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  test('of twenty at once one asks', async () => {
    const { fetch, verifier: by } = fetching(async () => document([publicJwk]));
    await Promise.all(Array.from({ length: 20 }, () => by.verify(token)));
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test.each<[string, PrivateReason, Record<string, unknown>, Record<string, unknown>]>([
    ['another issuer', 'issuer_mismatch', {}, { iss: 'https://evil.example.com' }],
    ['another type', 'token_type', { typ: 'JWT' }, {}],
    ['another algorithm', 'token_malformed', { alg: 'RS256' }, {}],
  ])('%s is refused without a request', async (_name, reason, header, more) => {
    const { fetch, verifier: by } = fetching(async () => document([publicJwk]));
    await refuses(signedBy(stranger, headerOf(stranger, header), { ...claims, ...more }), reason, by);
    expect(fetch).not.toHaveBeenCalled();
  });

  test('a known kid never asks', async () => {
    const { fetch, verifier: by } = fetching(async () => document([]));
    await by.verify(signedBy(key, headerOf(key), claims));
    expect(fetch).not.toHaveBeenCalled();
  });
});
