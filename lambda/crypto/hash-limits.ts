import type { Argon2Hash, BcryptHash, Pbkdf2Hash, ScryptHash, StoredHash } from './stored-hash.ts';

/**
 * The maximum cost of one hash: about two seconds of one core, so that a login with two spellings of its password and a
 * rehash stays well within the function's timeout.
 */
export const hashLimits = {
  /** Memory of argon2 and scrypt. */
  memoryKib: 262_144,
  /** Memory times passes of argon2. */
  argon2WorkKib: 1_048_576,
  argon2Lanes: 16,
  /** Memory times parallelism of scrypt. */
  scryptWorkKib: 524_288,
  /** log2 of the rounds. */
  bcryptCost: 14,
  /** Iterations times blocks of output; SHA-512 counts three times. */
  pbkdf2Iterations: 6_000_000,
  /** Bytes of a salt, except for bcrypt. */
  saltBytes: 128,
  /** Bytes of a tag, except for bcrypt. A shorter tag would match wrong passwords by chance. */
  minTagBytes: 16,
  maxTagBytes: 128,
} as const;

const mostMemory = `${hashLimits.memoryKib} KiB`;

/** Bytes of output per block, and the work of one iteration relative to SHA-256. */
const digests = {
  'pbkdf2-sha1': { bytes: 20, weight: 1 },
  'pbkdf2-sha256': { bytes: 32, weight: 1 },
  'pbkdf2-sha512': { bytes: 64, weight: 3 },
} as const;

/**
 * Why a login cannot verify a hash: its cost, or parameters that the algorithm does not allow. The reason contains the
 * limit, and nothing of the hash except its kind.
 *
 * @returns `undefined` for a hash that a login can verify
 */
export function whyUnusable(hash: StoredHash): string | undefined {
  const fault = 'logRounds' in hash ? faultOfBcrypt(hash) : (faultOfBytes(hash) ?? faultOfCost(hash));
  return fault && `${hash.kind} ${fault}`;
}

const above = (what: string, limit: number | string) => `of ${what} above ${limit}, more than a login can spend`;

function faultOfBcrypt({ logRounds }: BcryptHash): string | undefined {
  if (logRounds < 4) return 'of a cost below 4';
  return logRounds > hashLimits.bcryptCost ? above('a cost', hashLimits.bcryptCost) : undefined;
}

function faultOfBytes({ kind, salt, tag }: Exclude<StoredHash, BcryptHash>): string | undefined {
  const { saltBytes, minTagBytes, maxTagBytes } = hashLimits;
  // RFC 9106 §3.1 requires at least 8 bytes of salt for argon2.
  if (salt.length < (kind.startsWith('argon2') ? 8 : 1)) return 'with too short a salt';
  if (salt.length > saltBytes) return `with a salt above ${saltBytes} bytes`;
  if (tag.length < minTagBytes) return `with a tag below ${minTagBytes} bytes`;
  return tag.length > maxTagBytes ? `with a tag above ${maxTagBytes} bytes` : undefined;
}

function faultOfCost(hash: Exclude<StoredHash, BcryptHash>): string | undefined {
  if ('cost' in hash) return faultOfArgon2(hash);
  return 'logN' in hash ? faultOfScrypt(hash) : faultOfPbkdf2(hash);
}

function faultOfArgon2({ cost: { memoryKib, passes, lanes } }: Argon2Hash): string | undefined {
  const { argon2Lanes, argon2WorkKib } = hashLimits;
  if (passes < 1 || lanes < 1 || memoryKib < 8 * lanes) return 'of parameters that argon2 does not allow';
  if (memoryKib > hashLimits.memoryKib) return above('memory', mostMemory);
  if (lanes > argon2Lanes) return above('lanes', argon2Lanes);
  return memoryKib * passes > argon2WorkKib ? above('memory times passes', `${argon2WorkKib} KiB`) : undefined;
}

function faultOfScrypt({ logN, blockSize, parallelism }: ScryptHash): string | undefined {
  const { scryptWorkKib } = hashLimits;
  // RFC 7914 §2: N is below 2^(128 * r / 8).
  if (logN < 1 || blockSize < 1 || parallelism < 1 || logN >= 16 * blockSize) {
    return 'of parameters that scrypt does not allow';
  }
  const memoryKib = (2 ** logN * blockSize) / 8;
  if (memoryKib > hashLimits.memoryKib) return above('memory', mostMemory);
  const workKib = memoryKib * parallelism;
  return workKib > scryptWorkKib ? above('memory times parallelism', `${scryptWorkKib} KiB`) : undefined;
}

function faultOfPbkdf2({ kind, iterations, tag }: Pbkdf2Hash): string | undefined {
  const { pbkdf2Iterations } = hashLimits;
  const { bytes, weight } = digests[kind];
  if (iterations < 1) return 'without iterations';
  const work = iterations * Math.ceil(tag.length / bytes) * weight;
  return work > pbkdf2Iterations ? above('iterations times blocks', pbkdf2Iterations / weight) : undefined;
}
