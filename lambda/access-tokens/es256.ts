import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Jwk } from 'aws-jwt-verify/jwk';
import { isEs256PublicJwk } from '../contract/jwk.ts';

/** Bytes of r, and of s. */
const half = 32;

/**
 * A public key for {@link verifyEs256}.
 *
 * @throws Error for a JWK of another kind, curve, algorithm or use, or whose operations lack `verify`
 */
export function es256Key(jwk: Jwk): KeyObject {
  if (!isEs256PublicJwk(jwk)) throw new Error('not an ES256 key');
  return createPublicKey({ key: jwk, format: 'jwk' });
}

/**
 * Verifies an ES256 signature (RFC 7518 §3.4) over ASCII text. The key is passed to OpenSSL as a bare KeyObject and the
 * signature as DER: with a key in an options object and `dsaEncoding`, as libraries do it, the same check takes 1.4
 * times as long.
 *
 * @throws Error for a signature that is not r and s
 */
export function verifyEs256(signed: string, signature: Uint8Array, key: KeyObject): boolean {
  if (signature.length !== 2 * half) throw new Error('not an ES256 signature');
  return verify('sha256', Buffer.from(signed, 'latin1'), key, toDer(signature));
}

/**
 * A private key for {@link signEs256}.
 *
 * @throws Error for a JWK of another kind or curve, or without its private part
 */
export function es256PrivateKey(jwk: Readonly<Record<string, string>>): KeyObject {
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  // Node would sign with any key, and verifiers would reject the token.
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('not an ES256 key');
  return key;
}

/**
 * Signs ASCII text with ES256 (RFC 7518 §3.4). Bare key and DER signature, for the reason given at {@link verifyEs256}.
 *
 * @returns r and s, 64 bytes
 */
export function signEs256(text: string, key: KeyObject): Buffer {
  return fromDer(sign('sha256', Buffer.from(text, 'latin1'), key));
}

/**
 * Converts a DER sequence of two integers to r and s: removes sign bytes and restores leading zeros. OpenSSL produced
 * it, so its form is known.
 */
function fromDer(der: Uint8Array): Buffer {
  const signature = Buffer.alloc(2 * half);
  let start = 2;
  for (const end of [half, 2 * half]) {
    const length = der[start + 1] ?? 0;
    const digits = der.subarray(start + 2, start + 2 + length);
    const number = digits.subarray(Math.max(0, length - half));
    signature.set(number, end - number.length);
    start += 2 + length;
  }
  return signature;
}

/**
 * Converts r and s to a DER sequence of two integers: removes leading zeros and restores one where the first bit would
 * be a sign. Written byte by byte into memory of Node's pool: new arrays and views would take four times as long.
 */
function toDer(signature: Uint8Array): Uint8Array {
  const der = Buffer.allocUnsafe(2 * half + 8);
  let end = 2;
  for (let start = 0; start < 2 * half; start += half) {
    let from = start;
    while (from < start + half - 1 && signature[from] === 0) from += 1;
    const sign = (signature[from] ?? 0) > 0x7f ? 1 : 0;
    der[end] = 0x02;
    der[end + 1] = start + half - from + sign;
    der[end + 2] = 0;
    end += 2 + sign;
    for (; from < start + half; from += 1, end += 1) der[end] = signature[from] ?? 0;
  }
  der[0] = 0x30;
  der[1] = end - 2;
  return der.subarray(0, end);
}
