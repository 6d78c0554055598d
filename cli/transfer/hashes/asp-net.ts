import type { Pbkdf2Hash } from '../../../lambda/crypto/stored-hash.ts';
import { HashRefused } from './refused.ts';

const digests: readonly (Pbkdf2Hash['kind'] | undefined)[] = ['pbkdf2-sha1', 'pbkdf2-sha256', 'pbkdf2-sha512'];

/**
 * The base64 of ASP.NET Identity. Version 2: a zero byte, 16 bytes of salt, 32 of PBKDF2-HMAC-SHA1 with 1,000
 * iterations. Version 3: a byte of 1; digest, iterations and length of the salt as big-endian 32-bit numbers; salt; tag.
 *
 * @throws HashRefused for an unknown digest
 */
export function fromAspNet(text: string): Pbkdf2Hash | undefined {
  if (!/^[A-Za-z0-9+/]{40,}={0,2}$/.test(text)) return undefined;
  const blob = Buffer.from(text, 'base64');
  if (blob[0] === 0 && blob.length === 49) {
    return { kind: 'pbkdf2-sha1', iterations: 1000, salt: blob.subarray(1, 17), tag: blob.subarray(17) };
  }
  if (blob[0] !== 1) return undefined;
  const saltEnd = 13 + blob.readUInt32BE(9);
  if (saltEnd > blob.length) throw new HashRefused('a truncated hash of ASP.NET Identity');
  const kind = digests[blob.readUInt32BE(1)];
  if (kind === undefined) throw new HashRefused('a hash of ASP.NET Identity with an unknown digest');
  return { kind, iterations: blob.readUInt32BE(5), salt: blob.subarray(13, saltEnd), tag: blob.subarray(saltEnd) };
}
