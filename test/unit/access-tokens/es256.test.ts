import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { Jwk } from 'aws-jwt-verify/jwk';
import { describe, expect, test } from 'vitest';
import { es256Key, es256PrivateKey, signEs256, verifyEs256 } from '../../../lambda/access-tokens/es256.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = publicKey.export({ format: 'jwk' }) as Jwk;
const key = es256Key(jwk);
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const signatureOf = (text: string) => sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
const nodeSays = (text: string, signature: Uint8Array) =>
  verify('sha256', Buffer.from(text), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
const bytes = (number: bigint) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex');

describe('a signature', () => {
  const kinds = ['r', 's'].flatMap((name) => ['plain', 'short', 'with a sign byte'].map((kind) => `${name} ${kind}`));

  test('is taken whatever r and s begin with, and for its own text only', () => {
    const seen = new Set<string>();
    // A number begins with a zero byte once in 256 signatures. Where its next byte is above 0x7f, that zero is the sign.
    for (let count = 0; count < 20_000 && seen.size < kinds.length; count += 1) {
      const signature = signatureOf(`text ${count}`);
      for (const [name, start] of [['r', 0] as const, ['s', 32] as const]) {
        const [first = 0, second = 0] = signature.subarray(start);
        if (first === 0 && second > 0x7f) continue;
        seen.add(`${name} ${first === 0 ? 'short' : first > 0x7f ? 'with a sign byte' : 'plain'}`);
      }
      expect(verifyEs256(`text ${count}`, signature, key)).toBe(true);
      expect(verifyEs256(`text ${count + 1}`, signature, key)).toBe(false);
    }
    expect([...seen].sort()).toEqual(kinds);
  });

  test('with any bit turned over is refused', () => {
    const signature = signatureOf('text');
    for (let bit = 0; bit < 512; bit += 1) {
      const turned = Buffer.from(signature);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verifyEs256('text', turned, key)).toBe(false);
    }
  });

  test('of numbers at the edges is refused, as Node refuses it', () => {
    const good = signatureOf('text');
    const [r, s] = [good.subarray(0, 32), good.subarray(32)];
    const edges = [0n, 1n, 0x7fn, 0x80n, 0xffn, order - 1n, order, order + 1n, 2n ** 255n, 2n ** 256n - 1n].map(bytes);
    for (const edge of edges) {
      for (const pair of [[edge, s] as const, [r, edge] as const, [edge, edge] as const]) {
        const signature = Buffer.concat(pair);
        expect([verifyEs256('text', signature, key), nodeSays('text', signature)]).toEqual([false, false]);
      }
    }
  });

  test.each([0, 1, 63, 65, 70, 128])('of %i bytes is refused', (length) => {
    const signature = Buffer.concat([signatureOf('text'), Buffer.alloc(64)]).subarray(0, length);
    expect(() => verifyEs256('text', signature, key)).toThrow('not an ES256 signature');
  });

  test('as DER is refused', () => {
    const der = sign('sha256', Buffer.from('text'), privateKey);
    expect(() => verifyEs256('text', der, key)).toThrow('not an ES256 signature');
  });
});

describe('a key', () => {
  const ofCurve = (namedCurve: string) =>
    generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' }) as Jwk;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }) as Jwk;
  const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) as Jwk;

  test.each<[string, Jwk]>([
    ['RSA', rsa],
    ['Ed25519', ed25519],
    ['P-384', ofCurve('P-384')],
    ['secp256k1', ofCurve('secp256k1')],
    ['for another algorithm', { ...jwk, alg: 'ES384' }],
    ['for encryption', { ...jwk, use: 'enc' }],
    ...(['', 'SIG', ['sig'], null, 'sig '] as const).map((use): [string, Jwk] => [
      `with the use ${JSON.stringify(use)}`,
      { ...jwk, use } as unknown as Jwk,
    ]),
    ...(
      [
        [],
        ['sign'],
        ['deriveKey', 'encrypt'],
        'verify',
        null,
        {},
        ['VERIFY'],
        ['verify', 'verify'],
        ['verify', 1],
      ] as const
    ).map((key_ops): [string, Jwk] => [
      `for the operations ${JSON.stringify(key_ops)}`,
      { ...jwk, key_ops } as unknown as Jwk,
    ]),
    ['for another operation, although its use is right', { ...jwk, use: 'sig', key_ops: ['sign'] } as Jwk],
    ['a symmetric one', { kty: 'oct', k: 'AAAA' }],
    ['without y', { kty: 'EC', crv: 'P-256', x: jwk.x ?? '' }],
    ['off the curve', { ...jwk, x: jwk.y ?? '', y: jwk.x ?? '' }],
  ])('%s is refused', (_name, wrong) => {
    expect(() => es256Key(wrong)).toThrow();
  });

  test('with or without its algorithm and use is taken', () => {
    for (const more of [{}, { alg: 'ES256' }, { use: 'sig' }]) {
      expect(
        es256Key({ ...jwk, ...more }).equals(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }))),
      ).toBe(true);
    }
  });
});

describe('signing', () => {
  const privateJwk = privateKey.export({ format: 'jwk' }) as Record<string, string>;
  const signing = es256PrivateKey(privateJwk);

  test('gives 64 bytes that Node takes as r and s, whatever they begin with', () => {
    const seen = new Set<string>();
    for (let count = 0; count < 20_000 && seen.size < 6; count += 1) {
      const signature = signEs256(`text ${count}`, signing);
      expect(signature.length).toBe(64);
      expect(nodeSays(`text ${count}`, signature)).toBe(true);
      for (const [name, start] of [['r', 0] as const, ['s', 32] as const]) {
        const [first = 0, second = 0] = signature.subarray(start);
        if (first === 0 && second > 0x7f) continue;
        seen.add(`${name} ${first === 0 ? 'short' : first > 0x7f ? 'with a sign byte' : 'plain'}`);
      }
    }
    expect(seen.size).toBe(6);
  });

  test('two signatures of one text differ', () => {
    expect(signEs256('text', signing)).not.toEqual(signEs256('text', signing));
  });

  test.each([
    ['another curve', () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'jwk' })],
    ['another kind', () => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })],
    ['a public key', () => publicKey.export({ format: 'jwk' })],
    ['no key', () => ({ kty: 'EC', crv: 'P-256' })],
  ])('%s is refused', (_, wrong) => {
    expect(() => es256PrivateKey(wrong() as Record<string, string>)).toThrow();
  });
});
