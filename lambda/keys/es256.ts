import { createPublicKey, type KeyObject, verify } from 'node:crypto';
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
 * Checks an ES256 signature (RFC 7518 §3.4) over ASCII text. The key goes to OpenSSL bare and the signature as DER: with
 * a key in an options object and `dsaEncoding`, as libraries pass them, the same check measures 1.4 times as long.
 *
 * @throws Error for a signature that is not r and s
 */
export function verifyEs256(signed: string, signature: Uint8Array, key: KeyObject): boolean {
  if (signature.length !== 2 * half) throw new Error('not an ES256 signature');
  return verify('sha256', Buffer.from(signed, 'latin1'), key, toDer(signature));
}

/** r and s as a DER sequence of two integers: leading zeros off, one put back where the first bit would be a sign. */
function toDer(signature: Uint8Array): Uint8Array {
  const der = new Uint8Array(2 * half + 8);
  let end = 2;
  for (const start of [0, half]) {
    let from = start;
    while (from < start + half - 1 && signature[from] === 0) from += 1;
    const digits = signature.subarray(from, start + half);
    const sign = (digits[0] ?? 0) > 0x7f ? 1 : 0;
    der[end] = 0x02;
    der[end + 1] = digits.length + sign;
    der.set(digits, end + 2 + sign);
    end += 2 + sign + digits.length;
  }
  der[0] = 0x30;
  der[1] = end - 2;
  return der.subarray(0, end);
}
