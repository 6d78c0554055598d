import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { publicJwk } from '../../../lambda/keys/publish.ts';
import { publishedFreshMs, publishedJwks, publishedUsableMs } from '../../../lambda/keys/published-jwks.ts';
import { FakeClock } from '../../support/clock.ts';
import { expectUnavailable } from '../../support/expect.ts';
import { signingKey } from '../../support/keys.ts';

/** What the JWKS route serves, and what it serves while Parameter Store does not answer. */

const keysOf = (kid: string) => ({ keys: [publicJwk(signingKey(kid))] });
const [k1, k2] = [keysOf('k1'), keysOf('k2')];
const document = (kid: 'k1' | 'k2') => JSON.stringify(kid === 'k1' ? k1 : k2);
let answer: () => Promise<unknown>;
let clock: FakeClock;
let jwks: () => Promise<unknown>;
const send = vi.fn(() => answer());

const holds = (Value: string | undefined) => {
  answer = async () => ({ Parameter: { Value } });
};
const fails = () => {
  answer = () => Promise.reject(Object.assign(new Error('down'), { name: 'InternalServerError' }));
};

beforeEach(() => {
  vi.spyOn(SSMClient.prototype, 'send').mockImplementation(send as never);
  send.mockClear();
  clock = new FakeClock();
  jwks = publishedJwks('jwks', clock);
  holds(document('k1'));
});
afterEach(() => void vi.restoreAllMocks());

describe('while Parameter Store answers', () => {
  test.each([
    ...['null', '[]', '{}', '{"keys":"k1"}', '{"keys":[]}', '{"keys":["k1"]}', '{"keys":[', ''],
    ...['{"keys":null}', '{"keys":[{}]}', '{"keys":[{"kid":"k1","kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}]}'],
    '{"keys":[{"kid":"k1","kty":"RSA","n":"AQAB","e":"AQAB"}]}',
  ])('%j is not a key set, and is not served', async (content) => {
    holds(content);
    await expectUnavailable(jwks(), 'keys_unavailable');
  });

  test('a private key is not served, nor are those beside it', async () => {
    holds(JSON.stringify({ keys: [...k1.keys, signingKey('k2').privateJwk] }));
    await expectUnavailable(jwks(), 'keys_unavailable');
  });

  test('a key of a kind that a newer version added is served beside the others', async () => {
    const both = { keys: [...k1.keys, { kid: 'k3', kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }] };
    holds(JSON.stringify(both));
    expect(await jwks()).toEqual(both);
  });

  test('it is read once a minute', async () => {
    await jwks();
    clock.advance(publishedFreshMs - 1);
    holds(document('k2'));
    expect(await jwks()).toEqual(k1);
    clock.advance(1);
    expect(await jwks()).toEqual(k2);
    expect(send).toHaveBeenCalledTimes(2);
  });

  test('many requests at once read it once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => jwks()));
    expect(send).toHaveBeenCalledTimes(1);
  });
});

describe('while it does not', () => {
  const broken: readonly (readonly [string, () => void])[] = [
    ['it fails', fails],
    ['the parameter was emptied', () => holds('{"keys":[]}')],
    ['the parameter holds no JSON', () => holds('hello')],
    ['the parameter holds nothing', () => holds(undefined)],
  ];

  test.each(broken)('%s: the last keys serve for an hour, then 503', async (_, breaks) => {
    await jwks();
    breaks();
    clock.advance(publishedUsableMs - 1);
    expect(await jwks()).toEqual(k1);
    clock.advance(1);
    await expectUnavailable(jwks(), 'keys_unavailable');
    holds(document('k2'));
    expect(await jwks()).toEqual(k2);
  });

  test.each(broken)('%s: a cold function answers 503, and tries again at the next request', async (_, breaks) => {
    breaks();
    await expectUnavailable(jwks(), 'keys_unavailable');
    holds(document('k1'));
    expect(await jwks()).toEqual(k1);
  });

  test('it is asked once in ten seconds', async () => {
    await jwks();
    fails();
    clock.advance(publishedFreshMs);
    for (let count = 0; count < 5; count += 1) await jwks();
    expect(send).toHaveBeenCalledTimes(2);
    clock.advance(10_000);
    await jwks();
    expect(send).toHaveBeenCalledTimes(3);
  });
});
