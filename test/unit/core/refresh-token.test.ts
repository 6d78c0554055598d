import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatToken,
  hashSecret,
  maxTokenLength,
  parseToken,
  type RefreshToken,
  successorOf,
  tagIsAuthentic,
} from '../../../lambda/core/refresh-token.ts';
import { nodeCodec as codec, nodeCrypto as crypto } from '../../../lambda/crypto/node-crypto.ts';
import { ratchetKey } from '../../support/keys.ts';
import { SeededRandom } from '../../support/random.ts';

const tools = { crypto, codec };
const key = ratchetKey('k1');
const random = new SeededRandom('refresh-token');

const token: RefreshToken = {
  keyId: 'k1',
  subject: 'subject-of-alice',
  sessionId: codec.toBase64url(random.bytes(16)),
  generation: 7,
  secret: random.bytes(32),
};
const text = formatToken(token, key, tools);

/** Whether a text passes for a token of this key. */
function isTaken(candidate: string): boolean {
  const parsed = parseToken(candidate, codec);
  return parsed !== undefined && tagIsAuthentic(parsed, key, tools);
}

/** A token over any bytes, with the right tag: what only a leaked key could write. */
function tagged(body: Uint8Array): string {
  const signedText = `pwl1.${Buffer.from(body).toString('base64url')}`;
  const tag = createHmac('sha256', key.tagKey).update(signedText, 'ascii').digest().subarray(0, 16);
  return `${signedText}.${tag.toString('base64url')}`;
}

function fields(...parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.flatMap((part) => [Buffer.of(Buffer.from(part).length), Buffer.from(part)]));
}

const eight = (value: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};

describe('known answers, computed here with only node:crypto', () => {
  const sessionId = Buffer.from(token.sessionId, 'base64url');

  test('a token', () => {
    expect(text).toBe(tagged(fields('k1', 'subject-of-alice', sessionId, eight(7n), token.secret)));
  });

  test('its successor', () => {
    const nonce = random.bytes(32);
    const input = Buffer.concat([Buffer.from('next'), sessionId, eight(8n), token.secret, nonce]);
    const secret = createHmac('sha256', key.chainKey).update(input).digest();
    const successor = successorOf(token, key, nonce, tools);
    expect(successor).toMatchObject({ keyId: 'k1', subject: token.subject, sessionId: token.sessionId, generation: 8 });
    expect(Buffer.from(successor.secret).equals(secret)).toBe(true);
  });

  test('the hash that the table keeps', () => {
    expect(hashSecret(token.secret, tools)).toBe(createHash('sha256').update(token.secret).digest('base64url'));
  });

  test('vectors that never change: a different format would log out every user', () => {
    const fixed: RefreshToken = {
      keyId: 'k',
      subject: 's',
      sessionId: 'AAECAwQFBgcICQoLDA0ODw',
      generation: 1,
      secret: Buffer.alloc(32, 7),
    };
    const keys = { keyId: 'k', tagKey: Buffer.alloc(32, 1), chainKey: Buffer.alloc(32, 2) };
    expect(formatToken(fixed, keys, tools)).toMatchInlineSnapshot(
      `"pwl1.AWsBcxAAAQIDBAUGBwgJCgsMDQ4PCAAAAAAAAAABIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH.jhfynD3YQYiH7TyxFuGDnA"`,
    );
    const next = successorOf(fixed, keys, Buffer.alloc(32, 3), tools);
    expect(formatToken(next, keys, tools)).toMatchInlineSnapshot(
      `"pwl1.AWsBcxAAAQIDBAUGBwgJCgsMDQ4PCAAAAAAAAAACIEhOhEzAypV4ZSBk2JfekVIk9K5vgsJyaRhSAsqfmfow.ZUmfpzpMdYHPoSQQhomRgQ"`,
    );
  });
});

describe('round trip', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const anyText = (maxBytes: number) =>
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((word) => Buffer.byteLength(word) <= maxBytes);
  const anyToken = fc.record({
    keyId: anyText(32),
    subject: anyText(128),
    sessionId: bytes(16).map(codec.toBase64url),
    generation: fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 }),
    secret: bytes(32),
  });

  test('every token reads back as it was written', () => {
    fc.assert(
      fc.property(anyToken, (any) => {
        const parsed = parseToken(formatToken(any, key, tools), codec);
        expect(parsed?.token).toEqual({ ...any, secret: Buffer.from(any.secret) });
      }),
    );
  });

  test('the longest subject and key id that we use fit', () => {
    const longest = { ...token, subject: 's'.repeat(128), keyId: 'k'.repeat(64) };
    expect(formatToken(longest, key, tools).length).toBeLessThanOrEqual(maxTokenLength);
  });
});

describe('what is not a token', () => {
  const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n%'];

  test('every change of one character', () => {
    for (let at = 0; at < text.length; at += 1) {
      for (const letter of alphabet.filter((other) => other !== text[at])) {
        expect(isTaken(text.slice(0, at) + letter + text.slice(at + 1)), `${letter} at ${at}`).toBe(false);
      }
    }
  });

  test('every truncation and every longer text', () => {
    for (let length = 0; length < text.length; length += 1) expect(isTaken(text.slice(0, length))).toBe(false);
    for (const letter of alphabet) expect(isTaken(text + letter) || isTaken(letter + text)).toBe(false);
  });

  test('the other spelling of the same bytes', () => {
    // 16 bytes leave four spare bits in the last letter: three letters decode to the same tag as the canonical one.
    const last = alphabet.indexOf(text.at(-1) ?? '');
    const twin = text.slice(0, -1) + alphabet[last + 1];
    expect(Buffer.from(twin.split('.')[2] ?? '', 'base64url')).toEqual(
      Buffer.from(text.split('.')[2] ?? '', 'base64url'),
    );
    expect(parseToken(twin, codec)).toBeUndefined();
    expect(parseToken(`${text}=`, codec)).toBeUndefined();
  });

  test('one that is too long is not even decoded', () => {
    const decoder = { ...codec, fromBase64url: () => expect.unreachable('it was decoded') };
    expect(parseToken(`pwl1.${'A'.repeat(maxTokenLength)}.A`, decoder)).toBeUndefined();
  });

  const session = Buffer.alloc(16);
  const secret = Buffer.alloc(32);
  const max = BigInt(Number.MAX_SAFE_INTEGER);

  test('the control: the same writer makes tokens that are taken', () => {
    expect(isTaken(tagged(fields('k1', 's', session, eight(0n), secret)))).toBe(true);
    expect(isTaken(tagged(fields('k1', 's', session, eight(max - 1n), secret)))).toBe(true);
  });

  test.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['no key id', fields('', 's', session, eight(0n), secret)],
    ['no subject', fields('k1', '', session, eight(0n), secret)],
    ['key id not UTF-8', fields(Buffer.of(0xff), 's', session, eight(0n), secret)],
    ['subject not UTF-8', fields('k1', Buffer.of(0xc3, 0x28), session, eight(0n), secret)],
    ['session id too short', fields('k1', 's', session.subarray(1), eight(0n), secret)],
    ['session id too long', fields('k1', 's', Buffer.alloc(17), eight(0n), secret)],
    ['generation of four bytes', fields('k1', 's', session, Buffer.alloc(4), secret)],
    ['generation whose successor is not an exact number', fields('k1', 's', session, eight(max), secret)],
    ['generation of 64 bits', fields('k1', 's', session, eight(2n ** 64n - 1n), secret)],
    ['secret too short', fields('k1', 's', session, eight(0n), secret.subarray(1))],
    ['a field too few', fields('k1', 's', session, eight(0n))],
    ['a field too many', fields('k1', 's', session, eight(0n), secret, '')],
    ['a field that ends after the body', fields('k1', 's', session, eight(0n), secret).subarray(0, -1)],
  ])('refused although the tag is right: %s', (_, body) => {
    expect(isTaken(tagged(body))).toBe(false);
  });

  test.each(['', '.', '../..', 'pwl1', 'pwl1..', 'pwl2.AA.AA', `${text}.AA`, text.replace('pwl1', 'PWL1')])(
    '%j',
    (other) => {
      expect(parseToken(other, codec)).toBeUndefined();
    },
  );

  test('a token of another key', () => {
    const parsed = parseToken(formatToken(token, ratchetKey('k2'), tools), codec);
    expect(parsed && tagIsAuthentic(parsed, key, tools)).toBe(false);
  });
});

test('invalid input to the writer is a programming error, not a token', () => {
  expect(() => formatToken({ ...token, sessionId: 'short' }, key, tools)).toThrow('16 bytes');
  expect(() => formatToken({ ...token, sessionId: '!' }, key, tools)).toThrow('16 bytes');
  expect(() => formatToken({ ...token, subject: 's'.repeat(256) }, key, tools)).toThrow('255 bytes');
});
