import { calculateJwkThumbprint } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { isRatchetKey, isSigningKey } from '../../../lambda/keys/new-keys.ts';
import { deployedJwks, publishedJwks } from '../../../lambda/keys/publish.ts';
import type { RatchetRing, SigningRing } from '../../../lambda/keys/rings.ts';
import { parseRing } from '../../../lambda/keys/secrets.ts';
import { signingKey } from '../../support/keys.ts';

import { fakeAws, life, marker } from './support/fake-aws.ts';

const day = 86_400;

let aws: ReturnType<typeof fakeAws>;
beforeEach(() => {
  aws = fakeAws();
});

describe('the first deployment', () => {
  test('makes two EC P-256 keys, whose ids are their thumbprints', async () => {
    await aws.create();
    const { version, next, current, previous } = aws.ring<SigningRing>('signing');
    expect({ version, previous }).toEqual({ version: 1, previous: [] });
    expect(next.kid).not.toBe(current.kid);
    for (const key of [next, current]) {
      expect(isSigningKey(key)).toBe(true);
      expect(key).toMatchObject({
        createdAt: 1_000,
        privateJwk: { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' },
      });
      expect(key.kid).toBe(await calculateJwkThumbprint(key.privateJwk));
    }
  });

  test('makes two pairs of independent ratchet keys of 256 bits', async () => {
    await aws.create();
    const { next, current, previous } = aws.ring<RatchetRing>('ratchet');
    const keys = [next, current].flatMap(({ tagKey, chainKey }) => [tagKey, chainKey]);
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(Buffer.from(key, 'base64url')).toHaveLength(32);
    for (const key of [next, current]) expect(key.keyId).toMatch(/^[\w-]{8}$/);
    expect([isRatchetKey(next), isRatchetKey(current), previous]).toEqual([true, true, []]);
  });

  test('publishes next and current, and hands the authorizer the same two: public members alone', async () => {
    const jwks = await aws.create();
    const { next, current } = aws.ring<SigningRing>('signing');
    expect(jwks.keys.map(({ kid }) => kid)).toEqual([current.kid, next.kid]);
    const published = JSON.parse(aws.parameter.value) as typeof jwks;
    expect(published.keys.map(({ kid }) => kid)).toEqual([next.kid, current.kid]);
    const members = ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'];
    for (const key of published.keys) expect(Object.keys(key).sort()).toEqual(members);
    for (const { exp: _, ...key } of jwks.keys) expect(Object.keys(key).sort()).toEqual(members);
  });

  test('the authorizer is told when they were made, and until when each will be published', async () => {
    const jwks = await aws.create();
    // Rotated by the daily run, so up to a day late; then published for the life of a token, 5 minutes and an hour.
    const kept = 600 + 300 + 3600;
    expect(jwks.iat).toBe(1);
    expect(jwks.keys.map(({ exp }) => exp)).toEqual([1 + 31 * day + kept, 1 + 61 * day + kept]);
  });

  test('a current key that should have been rotated long ago still has a day', () => {
    const [current, next] = [signingKey('s1'), signingKey('s2')];
    const now = 400 * day * 1000;
    const { keys, iat } = deployedJwks({ version: 1, current, next, previous: [] }, life, now);
    expect(keys.map(({ exp }) => exp - iat)).toEqual([day + 4500, 31 * day + 4500]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('that died at call %i is completed by the next run', async (dieAt) => {
    aws = fakeAws(dieAt);
    await expect(aws.create()).rejects.toThrow('died');
    const before = new Map(aws.secrets);
    const jwks = await aws.create();
    for (const [id, { value }] of before) if (value !== marker) expect(aws.secrets.get(id)?.value).toBe(value);
    expect(aws.parameter.value).toBe(JSON.stringify(publishedJwks(aws.ring<SigningRing>('signing'))));
    expect(jwks.keys).toHaveLength(2);
  });
});

describe('keys that exist', () => {
  test('are kept by every later deployment', async () => {
    const first = await aws.create();
    const before = structuredClone([...aws.secrets]);
    expect(await aws.create()).toEqual(first);
    expect([...aws.secrets]).toEqual(before);
  });

  test('are kept when another run made them in the meantime, and it is those that get published', async () => {
    const other = fakeAws();
    await other.create();
    // Between our read and our write, another writer stores the first ring, under the same token.
    const read = structuredClone([...aws.secrets]);
    await aws.create();
    const winner = structuredClone([...aws.secrets]);
    for (const [id, secret] of read) aws.secrets.set(id, secret);
    aws.beforePut = () => {
      for (const [id, secret] of winner) aws.secrets.set(id, secret);
    };
    const jwks = await aws.create();
    expect([...aws.secrets]).toEqual(winner);
    expect(jwks.keys[0]?.kid).toBe(aws.ring<SigningRing>('signing').current.kid);
  });

  test('previous keys are published until they are removed', async () => {
    await aws.create();
    const ring = aws.ring<SigningRing>('signing');
    const value = JSON.stringify({ ...ring, previous: [{ ...ring.current, kid: 'old', retiredAt: 5 }] });
    aws.secrets.set('signing', { value, versionId: 'x' });
    const jwks = await aws.create();
    expect((JSON.parse(aws.parameter.value) as typeof jwks).keys.map(({ kid }) => kid)).toContain('old');
    expect(jwks.keys.map(({ kid }) => kid)).not.toContain('old');
  });
});

describe('anything else in a secret', () => {
  const broken = { version: 1, next: {}, current: {}, previous: [] };
  test.each([
    ['nothing', ''],
    ['no JSON', 'hunter2'],
    ['another marker', '{"version":0}'],
    ['a marker with more in it', '{"version":0,"filler":"a","current":{}}'],
    ['a later version', '{"version":2}'],
    ['a list', '[]'],
    ['a ring without its keys', JSON.stringify(broken)],
  ])('%s is an error that does not quote it, and stays', async (_, value) => {
    aws.secrets.set('signing', { value, versionId: 'x' });
    const error: unknown = await aws.create().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'RingError', message: expect.stringContaining('the secret signing') });
    expect((error as Error).message).not.toContain('hunter2');
    expect(aws.secrets.get('signing')?.value).toBe(value);
    expect(aws.parameter.value).toBe('');
  });

  test('a ring whose keys are cut short is not a ring', async () => {
    await aws.create();
    const ring = aws.ring<SigningRing>('signing');
    const { d: _, ...withoutPrivatePart } = ring.current.privateJwk;
    const cut = { ...ring, current: { ...ring.current, privateJwk: withoutPrivatePart } };
    expect(() => parseRing(JSON.stringify(cut), isSigningKey)).toThrow(/it was not changed/);
    expect(parseRing(JSON.stringify(ring), isSigningKey)).toEqual(ring);
  });
});
