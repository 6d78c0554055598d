// A namespace import, because older releases of Node lack argon2 and would fail to load the module by name.
import * as crypto from 'node:crypto';
import type { Passwords } from '../core/ports.ts';
import type { Tags } from './foreign-hash.ts';
import { whyUnusable } from './hash-limits.ts';
import { type Argon2Cost, type Argon2Hash, formatHash, parseHash, type StoredHash } from './stored-hash.ts';

/** Cost of today's hashes: RFC 9106, with the memory that OWASP recommends for one pass. */
export const argon2Cost: Argon2Cost = { memoryKib: 46 * 1024, passes: 1, lanes: 1 };

const tagLength = 32;
const saltLength = 16;
/** Minimum memory of argon2 with one lane: RFC 9106 §3.1. */
const smallestKib = 8;
/** Memory of one additional hashing step: about 4 ms each. */
const topUpKib = 4096;
const rememberedDurations = 16;

/**
 * Password hashes: argon2id from Node's crypto (24.7 or newer). Also verifies hashes of other systems, in the formats
 * of stored-hash.ts.
 */
export class Argon2Passwords implements Passwords {
  readonly #cost: Argon2Cost;
  readonly #nowMs: () => number;
  /** Duration of the last hashes with the current parameters, in milliseconds. */
  readonly #durations: number[] = [];

  constructor(cost: Argon2Cost = argon2Cost, nowMs: () => number = () => performance.now()) {
    this.#cost = cost;
    this.#nowMs = nowMs;
  }

  async hash(password: string): Promise<string> {
    const today = { kind: 'argon2id', cost: this.#cost, salt: crypto.randomBytes(saltLength) } as const;
    return formatHash({ ...today, tag: await derive(password, today, tagLength) });
  }

  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const stored = usable(hash);
    const startedAt = this.#nowMs();
    // Do the work even without a usable hash, so that an unknown user costs the same as a known one.
    const tags = await tagsOf(password, stored ?? this.#placeholder());
    if (stored === undefined || this.#isToday(stored)) this.#note(this.#nowMs() - startedAt);
    else await this.#topUp(startedAt);
    return stored !== undefined && tags !== undefined && crypto.timingSafeEqual(tags.derived, tags.stored);
  }

  /**
   * After a cheaper hash, continues hashing until a hash with the current parameters would be finished, so that
   * response time does not reveal an old or foreign hash. A costlier hash cannot be hidden. The duration must be
   * measured: above 32 MiB, the C library returns memory after each hash, and allocating it again costs as much as
   * filling it.
   */
  async #topUp(startedAt: number): Promise<void> {
    if (this.#durations.length === 0) {
      const from = this.#nowMs();
      await derive('', this.#placeholder(), tagLength);
      return this.#note(this.#nowMs() - from);
    }
    // One of the last durations instead of their mean: a constant time would also be distinguishable.
    const wantedMs = this.#durations[crypto.randomInt(this.#durations.length)] ?? 0;
    const kibPerMs = (this.#cost.memoryKib * this.#cost.passes) / wantedMs;
    for (;;) {
      const leftMs = wantedMs - (this.#nowMs() - startedAt);
      const memoryKib = Math.min(topUpKib, Math.floor(leftMs * kibPerMs));
      if (!(memoryKib >= smallestKib)) return;
      await derive('', { ...this.#placeholder(), cost: { memoryKib, passes: 1, lanes: 1 } }, tagLength);
    }
  }

  #note(tookMs: number): void {
    this.#durations.push(tookMs);
    if (this.#durations.length > rememberedDurations) this.#durations.shift();
  }

  needsRehash(hash: string): boolean {
    const stored = parseHash(hash);
    return stored === undefined || !this.#isToday(stored);
  }

  isUsable(hash: string): boolean {
    return usable(hash) !== undefined;
  }

  #isToday(hash: StoredHash): boolean {
    if (hash.kind !== 'argon2id' || hash.salt.length !== saltLength || hash.tag.length !== tagLength) return false;
    const { memoryKib, passes, lanes } = this.#cost;
    return hash.cost.memoryKib === memoryKib && hash.cost.passes === passes && hash.cost.lanes === lanes;
  }

  #placeholder(): Argon2Hash {
    return { kind: 'argon2id', cost: this.#cost, salt: Buffer.alloc(saltLength), tag: Buffer.alloc(tagLength) };
  }
}

/** A stored hash that a login can verify at a bounded cost. Other writers may have stored one that it cannot. */
function usable(hash: string | undefined): StoredHash | undefined {
  const stored = hash === undefined ? undefined : parseHash(hash);
  return stored && whyUnusable(stored) === undefined ? stored : undefined;
}

async function tagsOf(password: string, stored: StoredHash): Promise<Tags | undefined> {
  if (isArgon2(stored)) return { derived: await derive(password, stored, stored.tag.length), stored: stored.tag };
  const { foreignTags } = await import('./foreign-hash.ts');
  return foreignTags(password, stored);
}

function isArgon2(hash: StoredHash): hash is Argon2Hash {
  return hash.kind.startsWith('argon2');
}

function derive(password: string, { kind, cost, salt }: Omit<Argon2Hash, 'tag'>, tagLength: number): Promise<Buffer> {
  const { memoryKib: memory, passes, lanes: parallelism } = cost;
  const parameters = { message: Buffer.from(password, 'utf8'), nonce: salt, parallelism, tagLength, memory, passes };
  return new Promise((resolve, reject) => {
    crypto.argon2(kind, parameters, (error, derived) => (error ? reject(error) : resolve(derived)));
  });
}
