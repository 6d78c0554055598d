import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock, Codec, Crypto, Random } from '../core/ports.ts';

/** The core's ports on Node's own crypto. */

export const nodeCrypto: Crypto = {
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const nodeCodec: Codec = {
  toUtf8: (text) => Buffer.from(text, 'utf8'),
  fromUtf8: (bytes) => {
    try {
      return strictUtf8.decode(bytes);
    } catch {
      return undefined;
    }
  },
  toBase64url: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url'),
  // Buffer forgives padding, other alphabets and spare bits; only the encoding that it would write itself is taken.
  fromBase64url: (text) => {
    const bytes = Buffer.from(text, 'base64url');
    return bytes.toString('base64url') === text ? bytes : undefined;
  },
};

export const nodeRandom: Random = { bytes: (length) => randomBytes(length) };

export const systemClock: Clock = { nowMs: () => Date.now() };
