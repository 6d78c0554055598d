import { describe, expect, test } from 'vitest';
import {
  buildClaims,
  claimsAreComplete,
  looksLikeAccessToken,
  maxAccessTokenLength,
  narrowScopes,
} from '../../../lambda/core/access-token.ts';
import { accountAllows } from '../../../lambda/core/account.ts';
import { authorize, bearerToken } from '../../../lambda/core/authorize.ts';
import { Refusal } from '../../../lambda/core/errors.ts';
import type { Verifier } from '../../../lambda/core/signing.ts';
import { nodeCodec } from '../../../lambda/crypto/node-crypto.ts';
import { validClaims } from '../../support/jwt.ts';
import { newSession } from '../../support/sessions.ts';
import { accessTokenPolicy, alice, day } from '../../support/world.ts';

const nowMs = 1_900_000_000_999;
const session = newSession({ subject: 's', sessionId: 'i', clientId: 'app', createdAt: 1_800_000_000_999 });

describe('claims', () => {
  const build = (account = alice, of = session, endMs = nowMs + day) =>
    buildClaims(of, account, ['a', 'b'], { nowMs, endMs }, 'jti', accessTokenPolicy);

  test('an access token does not outlive its session by more than rounding', () => {
    expect(build(alice, session, nowMs + 5_000)).toMatchObject({ iat: 1_900_000_000, exp: 1_900_000_006 });
    expect(build(alice, session, nowMs + 1)).toMatchObject({ exp: 1_900_000_001 });
  });

  test('are those of RFC 9068, with times rounded down', () => {
    expect(build()).toEqual({
      iss: accessTokenPolicy.issuer,
      aud: accessTokenPolicy.audience,
      sub: 's',
      client_id: 'app',
      iat: 1_900_000_000,
      exp: 1_900_000_600,
      jti: 'jti',
      sid: 'i',
      scope: 'a b',
      auth_time: 1_800_000_000,
      tenant: 'acme',
    });
    expect(claimsAreComplete(build())).toBe(true);
  });

  test.each(['iss', 'aud', 'sub', 'client_id', 'iat', 'nbf', 'exp', 'jti', 'sid', 'scope', 'auth_time', 'cnf'])(
    'no claim of the account overrides %s',
    (name) => {
      const forged = build({ ...alice, claims: { [name]: 'forged', tenant: 'acme' } });
      expect(forged).toEqual(build());
    },
  );

  test('a bound session binds its access token', () => {
    expect(build(alice, { ...session, jkt: 'key' }).cnf).toEqual({ jkt: 'key' });
  });

  test.each([
    { sub: '' },
    { scope: undefined },
    { scope: 7 },
    { exp: '1' },
    { exp: Number.POSITIVE_INFINITY },
    { iat: 1.5 },
    { auth_time: undefined },
    { aud: ['x'] },
  ])('%j is not complete', (change) => {
    expect(claimsAreComplete({ ...build(), ...change })).toBe(false);
  });

  test('no scope at all is complete', () => {
    expect(claimsAreComplete({ ...build(), scope: '' })).toBe(true);
  });
});

describe('narrowScopes', () => {
  test.each([
    [['a', 'b'], ['a', 'b'], undefined, ['a', 'b']],
    [['a', 'b'], ['b', 'c'], undefined, ['b']],
    [
      ['a', 'b'],
      ['a', 'b'],
      ['b', 'a'],
      ['a', 'b'],
    ],
    [['a', 'b'], ['a', 'b'], ['b', 'c'], ['b']],
    [['a', 'b'], ['a', 'b', 'c'], ['c'], []],
    [['a'], ['a'], [], []],
    [[], ['a'], ['a'], []],
  ])('granted %j, present %j, asked %j: %j', (granted, present, asked, left) => {
    expect(narrowScopes(granted, present, asked)).toEqual(left);
  });
});

describe('looksLikeAccessToken', () => {
  test.each([
    ['e30.e30.AAAA', true],
    ['e30.e30.', false],
    ['.e30.AAAA', false],
    ['e30.e30', false],
    ['e30.e30.AAAA.AAAA', false],
    ['e30=.e30.AAAA', false],
    ['e30.e30.AAA+', false],
    ['e30.e30.AB', false],
    ['e30.e30.AAAA\n', false],
    [' e30.e30.AAAA', false],
    ['e30.e30.\u0130AAA', false],
    [`e30.${'A'.repeat(maxAccessTokenLength - 8)}.AAAA`, false],
  ])('%s: %s', (text, looks) => {
    expect(looksLikeAccessToken(text)).toBe(looks);
  });

  test('accepts of all endings those that encode the same bytes as themselves', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ .\n\u00df\u212a';
    for (const start of ['', 'A', 'A_', '-AA', 'e30']) {
      for (const [place, last] of [...letters].flatMap((letter) => [0, 1, 2].map((at) => [at, letter] as const))) {
        const segment = `${start}${last}`;
        const segments = ['e30', 'e30', 'AAAA'].with(place, segment);
        const isCanonical = nodeCodec.fromBase64url(segment) !== undefined;
        expect([segments, looksLikeAccessToken(segments.join('.'))]).toEqual([segments, isCanonical]);
      }
    }
  });
});

describe('accountAllows', () => {
  const own = newSession({ epoch: 3, sessionId: 'mine' });
  test.each([
    [alice, true],
    [undefined, false],
    [{ ...alice, status: 'disabled' } as const, false],
    [{ ...alice, epoch: 4 }, false],
    [{ ...alice, epoch: 2 }, false],
    [{ ...alice, epoch: 4, kept: 'mine' }, true],
    [{ ...alice, epoch: 4, kept: 'other' }, false],
    [{ ...alice, epoch: 4, kept: 'mine', status: 'disabled' } as const, false],
  ])('%j: %s', (account, allows) => {
    expect(accountAllows(account, own)).toBe(allows);
  });
});

describe('authorize', () => {
  const claims = validClaims(nowMs);
  const verifier: Verifier = {
    verify: async (token) => {
      if (token === 'good') return claims;
      if (token === 'bug') throw new TypeError('token');
      throw new Refusal('invalid_token', 'token_expired', 'no');
    },
  };

  test.each([
    [undefined, undefined],
    ['', undefined],
    ['Bearer', undefined],
    ['Bearer ', undefined],
    ['Basic YTpi', undefined],
    ['good', undefined],
    ['Bearer a b', undefined],
    ['Bearer a, Bearer b', undefined],
    ['xBearer a', undefined],
    ['Bearer a', 'a'],
    ['bearer  a', 'a'],
    ['BEARER a', 'a'],
  ])('the token of %j is %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  test('passes on what guarded routes need, as strings', async () => {
    const { sub, sid, client_id, scope, exp } = claims;
    expect(await authorize('Bearer good', verifier)).toEqual({
      context: { sub, sid, client_id, scope, exp: String(exp) },
      facts: { outcome: 'allowed', subject: sub, sessionId: sid, clientId: client_id },
    });
  });

  test.each([
    ['Bearer stale', 'token_expired'],
    ['Basic good', expect.stringMatching(/^token_(malformed|missing)$/)],
    [undefined, expect.stringMatching(/^token_(malformed|missing)$/)],
  ])('%j is refused', async (header, reason) => {
    expect(await authorize(header, verifier)).toEqual({ facts: { outcome: 'refused', reason } });
  });

  test('a failure to decide is not a refusal: it is thrown unchanged', async () => {
    await expect(authorize('Bearer bug', verifier)).rejects.toThrow(TypeError);
  });
});
