import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RingSigner } from '../../../lambda/access-tokens/signer.ts';
import { Unavailable } from '../../../lambda/core/errors.ts';
import { nodeCodec as codec, nodeCrypto, nodeRandom } from '../../../lambda/crypto/node-crypto.ts';
import { cachedRing as loadedRing } from '../../../lambda/keys/ring-source.ts';
import { systemClock } from '../../../lambda/system-clock.ts';
import { FakeClock } from '../../support/clock.ts';
import { expectUnavailable, rejectionOf } from '../../support/expect.ts';
import { validClaims } from '../../support/jwt.ts';
import { cachedRing, signerAndVerifier, signingKey } from '../../support/keys.ts';

describe('base64url', () => {
  test('every sequence of bytes has one text, also as a part of a larger one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 9 }), (bytes, from) => {
        const part = bytes.subarray(from);
        expect(Buffer.from(codec.fromBase64url(codec.toBase64url(part)) ?? []).equals(Buffer.from(part))).toBe(true);
      }),
    );
  });

  test('and no other text is taken', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const bytes = codec.fromBase64url(text);
        expect(bytes === undefined || codec.toBase64url(bytes) === text).toBe(true);
      }),
    );
    for (const text of ['A', 'AA=', 'AB', '+A', '/A', 'A A', 'AA\n', 'é'])
      expect(codec.fromBase64url(text)).toBeUndefined();
  });
});

describe('UTF-8', () => {
  test('malformed UTF-8 is undefined, and a byte order mark stays', () => {
    for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
      expect(codec.fromUtf8(Uint8Array.from(bytes))).toBeUndefined();
    }
    expect(codec.fromUtf8(codec.toUtf8('\ufeffé☎'))).toBe('\ufeffé☎');
  });
});

test('comparison', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  expect(nodeCrypto.equal(bytes, Uint8Array.of(1, 2, 3))).toBe(true);
  expect(nodeCrypto.equal(bytes, Uint8Array.of(1, 2, 4))).toBe(false);
  expect(nodeCrypto.equal(bytes, Uint8Array.of(1, 2))).toBe(false);
});

test('random bytes and the clock are real', () => {
  expect(nodeRandom.bytes(32)).not.toEqual(nodeRandom.bytes(32));
  expect(Math.abs(systemClock.nowMs() - Date.now())).toBeLessThan(1000);
});

describe('the signer', () => {
  const clock = new FakeClock();
  const claims = validClaims(clock.nowMs());

  test('follows the ring', async () => {
    const next = signingKey('next');
    const { ring } = signerAndVerifier(clock);
    let held = ring;
    const signer = new RingSigner(loadedRing(async () => held, clock));
    const kidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
    expect(kidOf(await signer.sign(claims))).toBe('s1');
    held = { ...ring, current: next, previous: [ring.current] };
    clock.advance(300_000);
    expect(kidOf(await signer.sign(claims))).toBe('next');
  });

  test('a ring that cannot be loaded is unavailable', async () => {
    const ring = loadedRing<never>(() => Promise.reject(new Unavailable('keys_unavailable')), clock);
    await expectUnavailable(new RingSigner(ring).sign(claims), 'keys_unavailable');
  });

  test('an unusable key is refused too, and the error does not quote it', async () => {
    const { ring } = signerAndVerifier(clock);
    const broken = { ...ring, current: { ...ring.current, privateJwk: { kty: 'EC', crv: 'P-256', d: 'canary' } } };
    const signing = new RingSigner(cachedRing(() => broken, clock)).sign(claims);
    const error = (await rejectionOf(signing)) as Error;
    expect(error).toMatchObject({ name: 'Fault', reason: 'signing_key_broken' });
    // A name and no words: those of a parser may quote what it read.
    expect((error.cause as Error).message).toMatch(/^\w+$/);
  });
});
