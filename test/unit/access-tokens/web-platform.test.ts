import { generateKeyPairSync, sign } from 'node:crypto';
import type { Jwk } from 'aws-jwt-verify/jwk';
import { describe, expect, test } from 'vitest';
import { platform as node } from '../../../lambda/access-tokens/node-platform.ts';
import { createVerifier } from '../../../lambda/access-tokens/verifier.ts';
import { platform as web } from '../../../lambda/access-tokens/web-platform.ts';
import { Refusal } from '../../../lambda/core/errors.ts';
import { corpus } from '../../examples/support/corpus.ts';
import { audience, TestIssuer, testKey } from '../../examples/support/issuer.ts';

/** Both platforms give the same verdicts. */

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = publicKey.export({ format: 'jwk' }) as Jwk;
const signatureOf = (text: string) => sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });

test('every token of the corpus gets the expected verdict', async () => {
  const issuer = await TestIssuer.start();
  try {
    const verifier = createVerifier({ issuer: issuer.url, audience, platform: web, jwks: issuer.jwks });
    const samples = corpus(issuer).filter(([name]) => !/^(exp|nbf) \d/.test(name));
    for (const [name, token, verdict] of samples) {
      const found = await verifier.verify(token).then(
        () => 'allowed',
        (error: unknown) => (error instanceof Refusal ? error.reason : error),
      );
      expect([name, found]).toEqual([name, verdict]);
    }
  } finally {
    await issuer.stop();
  }
});

describe.each([
  ['node', node],
  ['web', web],
])('%s', (_, platform) => {
  test('a signature is valid only for its own text, and invalid after a change to any byte', async () => {
    const check = await platform.es256(jwk);
    const signature = signatureOf('text');
    expect(await check('text', signature.toString('base64url'))).toBe(true);
    expect(await check('text.', signature.toString('base64url'))).toBe(false);
    for (let index = 0; index < signature.length; index += 1) {
      const changed = Buffer.from(signature);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(await check('text', changed.toString('base64url'))).toBe(false);
    }
  });

  test.each([0, 1, 63, 65, 72])('a signature of %i bytes is refused', async (length) => {
    const check = await platform.es256(jwk);
    const signature = Buffer.concat([signatureOf('text'), Buffer.alloc(8)]).subarray(0, length);
    await expect((async () => check('text', signature.toString('base64url')))()).rejects.toThrow('signature');
  });

  const { y: _y, ...withoutY } = jwk;
  test.each<[string, object]>([
    ['of another curve', generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })],
    ['of another type', generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })],
    ['for encryption', { ...jwk, use: 'enc' }],
    ['for another algorithm', { ...jwk, alg: 'ES384' }],
    ['for signing only', { ...jwk, key_ops: ['sign'] }],
    ['without y', withoutY],
    ['whose point is not on the curve', { ...jwk, x: testKey('k').jwk.x }],
  ])('a key %s is refused', async (_name, key) => {
    await expect((async () => platform.es256(key as Jwk))()).rejects.toThrow();
  });

  test('a signature of any bytes is decoded', async () => {
    const check = await platform.es256(jwk);
    const seen = new Set<number>();
    for (let count = 0; seen.size < 256; count += 1) {
      const signature = signatureOf(`text ${count}`);
      for (const byte of signature) seen.add(byte);
      expect(await check(`text ${count}`, signature.toString('base64url'))).toBe(true);
    }
  });
});
