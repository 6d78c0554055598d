import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { testKey } from '../../examples/support/issuer.ts';

/** What an attacker works with: keys of the wrong kinds, and JWTs whose every byte is the attacker's own. */

export type Signer = (input: string) => Buffer;

/** A hostile token and what it tries. */
export type Attack = readonly [name: string, token: string];

/** Order of P-256's group: SEC 2 §2.4.2. */
export const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/** A key of the right kind that is not the issuer's, under the issuer's `kid`. */
export const thief = testKey('k1');

const curve = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey;
const keys = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  'P-384': curve('P-384'),
  'P-521': curve('P-521'),
  secp256k1: curve('secp256k1'),
  Ed25519: generateKeyPairSync('ed25519').privateKey,
};

/** Signs as JWS wants it (RFC 7518 §3.4) with a key of another kind. */
export function signerOf(kind: keyof typeof keys, hash: string | null = 'sha256', pss = false): Signer {
  const key = keys[kind];
  const options = { key, dsaEncoding: 'ieee-p1363' as const, ...(pss ? { padding: 6, saltLength: 32 } : {}) };
  return (input) => sign(hash, Buffer.from(input), options);
}

export const hmac =
  (secret: string | Buffer, hash = 'sha256'): Signer =>
  (input) =>
    createHmac(hash, secret).update(input).digest();

/** Raw bytes as a segment. */
export const segment = (text: string | Buffer): string => Buffer.from(text).toString('base64url');

/** A JWS over texts, which need not be JSON. */
export function rawJws(header: string | Buffer, payload: string | Buffer, signer: Signer): string {
  return textJws(segment(header), segment(payload), signer);
}

/** A JWS over segments that are encoded already, well or badly; the signature is over that very text. */
export function textJws(header: string, payload: string, signer: Signer): string {
  return `${header}.${payload}.${signer(`${header}.${payload}`).toString('base64url')}`;
}

/** r or s as 32 bytes. */
export function scalar(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0').slice(-64), 'hex');
}

/** JSON of a value with one member's text replaced: what `JSON.stringify` cannot write. */
export function withRaw(value: Readonly<Record<string, unknown>>, name: string, raw: string): string {
  const { [name]: _replaced, ...rest } = value;
  return `{${JSON.stringify(name)}:${raw},${JSON.stringify(rest).slice(1)}`;
}
