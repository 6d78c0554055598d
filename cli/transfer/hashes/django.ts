import type { StoredHash } from '../../../lambda/crypto/stored-hash.ts';
import { fromBcrypt } from './bcrypt.ts';
import { fromArgon2 } from './phc.ts';
import { decodeBase64, HashRefused } from './refused.ts';

const pbkdf2 = /^pbkdf2_(sha256|sha1)\$(\d{1,10})\$([^$]+)\$([\w+/=]+)$/;
const scrypt = /^scrypt\$(\d{1,10})\$([^$]+)\$(\d{1,10})\$(\d{1,10})\$([\w+/=]+)$/;

/** The formats of Django's hashers. Their salts are text. @throws HashRefused */
export function fromDjango(text: string): StoredHash | undefined {
  // "!" marks an account that cannot log in by password.
  if (text.startsWith('!')) throw new HashRefused('an unusable password of Django');
  if (text.startsWith('argon2$')) return fromArgon2(text.slice('argon2'.length));
  if (text.startsWith('bcrypt$')) return fromBcrypt(text.slice('bcrypt$'.length));
  if (text.startsWith('bcrypt_sha256$')) return fromBcrypt(text.slice('bcrypt_sha256$'.length), 'django-bcrypt-sha256');
  return fromPbkdf2(text) ?? fromScrypt(text);
}

function fromPbkdf2(text: string): StoredHash | undefined {
  const match = pbkdf2.exec(text);
  if (!match) return undefined;
  const [, digest, iterations, salt = '', tag] = match;
  const kind = digest === 'sha1' ? 'pbkdf2-sha1' : 'pbkdf2-sha256';
  return { kind, iterations: Number(iterations), salt: Buffer.from(salt), tag: decodeBase64(tag, 'the tag') };
}

function fromScrypt(text: string): StoredHash | undefined {
  const match = scrypt.exec(text);
  if (!match) return undefined;
  const [, N, salt = '', blockSize, parallelism, tag] = match;
  const logN = Math.log2(Number(N));
  if (!Number.isInteger(logN)) throw new HashRefused('scrypt with a work factor that is not a power of two');
  const cost = { logN, blockSize: Number(blockSize), parallelism: Number(parallelism) };
  return { kind: 'scrypt', ...cost, salt: Buffer.from(salt), tag: decodeBase64(tag, 'the tag') };
}
