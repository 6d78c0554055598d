import type { StoredHash } from './stored-hash.ts';

/**
 * The most that one hash may cost: about two seconds of a whole core, so that a login with two spellings of its
 * password and a rehash stays well within the function's timeout.
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
  /** Bytes of a tag, except for bcrypt. A shorter tag fits wrong passwords by chance. */
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
 * Why a login cannot verify a hash: its cost, or parameters that the algorithm does not allow. The reason has the limit,
 * and nothing of the hash but its kind.
 *
 * @returns `undefined` for a hash that a login verifies
 */
export function whyUnusable(hash: StoredHash): string | undefined {
  const { kind } = hash;
  const above = (what: string, limit: number | string) =>
    `${kind} of ${what} above ${limit}, more than a login can spend`;
  if ('logRounds' in hash) {
    if (hash.logRounds < 4) return `${kind} of a cost below 4`;
    return hash.logRounds > hashLimits.bcryptCost ? above('a cost', hashLimits.bcryptCost) : undefined;
  }
  const { length: saltBytes } = hash.salt;
  // RFC 9106 §3.1 requires 8 bytes of argon2's salt.
  if (saltBytes < (kind.startsWith('argon2') ? 8 : 1)) return `${kind} with too short a salt`;
  if (saltBytes > hashLimits.saltBytes) return `${kind} with a salt above ${hashLimits.saltBytes} bytes`;
  if (hash.tag.length < hashLimits.minTagBytes) return `${kind} with a tag below ${hashLimits.minTagBytes} bytes`;
  if (hash.tag.length > hashLimits.maxTagBytes) return `${kind} with a tag above ${hashLimits.maxTagBytes} bytes`;
  if ('cost' in hash) {
    const { memoryKib, passes, lanes } = hash.cost;
    if (passes < 1 || lanes < 1 || memoryKib < 8 * lanes) return `${kind} of parameters that argon2 does not allow`;
    if (memoryKib > hashLimits.memoryKib) return above('memory', mostMemory);
    if (lanes > hashLimits.argon2Lanes) return above('lanes', hashLimits.argon2Lanes);
    return memoryKib * passes > hashLimits.argon2WorkKib
      ? above('memory times passes', `${hashLimits.argon2WorkKib} KiB`)
      : undefined;
  }
  if ('logN' in hash) {
    const { logN, blockSize, parallelism } = hash;
    // RFC 7914 §2: N is below 2^(128 * r / 8).
    if (logN < 1 || blockSize < 1 || parallelism < 1 || logN >= 16 * blockSize) {
      return `${kind} of parameters that scrypt does not allow`;
    }
    const memoryKib = (2 ** logN * blockSize) / 8;
    if (memoryKib > hashLimits.memoryKib) return above('memory', mostMemory);
    return memoryKib * parallelism > hashLimits.scryptWorkKib
      ? above('memory times parallelism', `${hashLimits.scryptWorkKib} KiB`)
      : undefined;
  }
  const { bytes, weight } = digests[hash.kind];
  if (hash.iterations < 1) return `${kind} without iterations`;
  const work = hash.iterations * Math.ceil(hash.tag.length / bytes) * weight;
  return work > hashLimits.pbkdf2Iterations
    ? above('iterations times blocks', Math.floor(hashLimits.pbkdf2Iterations / weight))
    : undefined;
}
