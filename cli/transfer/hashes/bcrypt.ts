import type { BcryptHash } from '../../../lambda/crypto/stored-hash.ts';

const modular = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/;
const alphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * `$2a$`, `$2b$` and `$2y$` name the same algorithm; the letter tells which library's bugs are fixed. Some libraries
 * leave unused bits set in the last characters of salt and tag.
 */
export function fromBcrypt(text: string, kind: BcryptHash['kind'] = 'bcrypt'): BcryptHash | undefined {
  const match = modular.exec(text);
  if (!match) return undefined;
  const [, rounds, salt = '', tag = ''] = match;
  return { kind, logRounds: Number(rounds), salt: withoutSpareBits(salt, 4), tag: withoutSpareBits(tag, 2) };
}

function withoutSpareBits(text: string, spare: number): string {
  const last = alphabet.indexOf(text.slice(-1));
  return text.slice(0, -1) + alphabet.charAt((last >> spare) << spare);
}
