import { createCipheriv, createHash, pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { hash as bcrypt, decodeBase64 } from 'bcryptjs';
import type { Argon2Hash, BcryptHash, ScryptHash, StoredHash } from './stored-hash.ts';

const scryptOf = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;
const pbkdf2Of = promisify(pbkdf2);

/** The two tags to compare: derived from the password, and stored. */
export interface Tags {
  readonly derived: Buffer;
  readonly stored: Buffer;
}

/**
 * Derives the tag of a hash that another system made. Loaded only when an account has one.
 *
 * @returns `undefined`, after the same work, for a password that cannot have such a hash
 */
export async function foreignTags(password: string, hash: Exclude<StoredHash, Argon2Hash>): Promise<Tags | undefined> {
  if ('logRounds' in hash) return bcryptTags(password, hash);
  if ('logN' in hash) return { derived: await scryptTag(password, hash), stored: hash.tag };
  const digest = hash.kind.slice('pbkdf2-'.length);
  const derived = await pbkdf2Of(password, hash.salt, hash.iterations, hash.tag.length, digest);
  return { derived, stored: hash.tag };
}

/**
 * bcrypt reads only the first 72 bytes. Systems with such hashes accepted longer passwords, and their users still type
 * them, so the rest is ignored. A password with NUL is refused: C libraries end it there, and others repeat it.
 */
async function bcryptTags(password: string, hash: BcryptHash): Promise<Tags | undefined> {
  const sha256 = () => createHash('sha256').update(password).digest('hex');
  const input = hash.kind === 'bcrypt' ? password : sha256();
  const settings = `$2b$${String(hash.logRounds).padStart(2, '0')}$${hash.salt}`;
  const made = await bcrypt(input, settings);
  if (input.includes('\0')) return undefined;
  const bytesOf = (tag: string) => Buffer.from(decodeBase64(tag, 23));
  return { derived: bytesOf(made.slice(settings.length)), stored: bytesOf(hash.tag) };
}

async function scryptTag(password: string, hash: ScryptHash): Promise<Buffer> {
  const { kind, logN, blockSize: r, parallelism: p, salt, tag } = hash;
  const N = 2 ** logN;
  // The memory itself is 128 * N * r bytes; OpenSSL also counts 128 * r * p and a small overhead.
  const options = { N, r, p, maxmem: 128 * r * (N + p + 2) };
  if (kind === 'scrypt') return scryptOf(password, salt, tag.length, options);
  const key = await scryptOf(password, salt, 32, options);
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(tag.length));
}
