import { Unavailable } from '../../lambda/core/errors.ts';
import type { RatchetKeys } from '../../lambda/core/ports.ts';
import type { SessionPolicy } from '../../lambda/core/session.ts';
import { RingRatchetKeys } from '../../lambda/keys/ratchet-keys.ts';
import { cachedRing } from '../../lambda/keys/ring-source.ts';
import type { RatchetKeyRecord, RatchetRing } from '../../lambda/keys/rings.ts';
import { decide, ratchetRules, rotationPolicy } from '../../lambda/keys/rotation.ts';
import { Rng } from './rng.ts';
import type { Sim } from './sim.ts';

const day = 86_400_000;
/** A function without a call for this long is stopped, and its cached ring is lost. */
const instanceLifeMs = 1_800_000;

/** The ring of ratchet keys, rotated by the real rules, and the functions that cache it. */
export class Keys {
  readonly random: Rng;
  readonly #sim: Sim;
  /** The rules of each version of the rotation function. */
  readonly #rules;
  readonly #instances: { keys: RatchetKeys; usedAt: number }[] = [];
  #ring: RatchetRing;
  #count = 0;

  constructor(sim: Sim, seed: number, policies: readonly SessionPolicy[]) {
    this.random = new Rng(seed);
    this.#sim = sim;
    this.#rules = policies.map(({ idleMs, absoluteMs, graceMs }) => {
      const settings = { rotationDays: 1, accessTtlMs: 600_000, idleMs, absoluteMs, graceMs, boundSessions: false };
      return ratchetRules(rotationPolicy(settings), (now) => this.#newKey(now));
    });
    const longAgo = sim.nowMs() - day;
    this.#ring = { version: 1, next: this.#newKey(longAgo), current: this.#newKey(longAgo), previous: [] };
  }

  /** The keys that one function has cached. */
  instance(index: number): RatchetKeys {
    const nowMs = this.#sim.nowMs();
    const known = this.#instances[index];
    if (known !== undefined && nowMs - known.usedAt < instanceLifeMs) {
      known.usedAt = nowMs;
      return known.keys;
    }
    const keys = new RingRatchetKeys(cachedRing(() => this.#load(), this.#sim));
    this.#instances[index] = { keys, usedAt: nowMs };
    return keys;
  }

  /**
   * Moves next -> current -> previous as soon as the next key is known everywhere.
   *
   * @param pick selects the version of the function
   */
  async rotate(pick: number): Promise<string> {
    const rules = this.#rules[pick % this.#rules.length];
    if (rules === undefined) throw new Error('there are no rules');
    const now = this.#sim.nowMs();
    const moment = { now, force: true, nextKnownSince: this.#ring.next.createdAt };
    const decision = await decide(this.#ring, rules, day, moment);
    this.#ring = decision.ring ?? this.#ring;
    return decision.outcome;
  }

  async #load(): Promise<RatchetRing> {
    if (this.random.chance(0.05)) throw new Unavailable('keys_unavailable');
    return this.#ring;
  }

  #newKey(createdAt: number): RatchetKeyRecord {
    this.#count += 1;
    const key = () => Buffer.from(this.random.bytes(32)).toString('base64url');
    return { keyId: `k${this.#count}`, createdAt, tagKey: key(), chainKey: key() };
  }
}
