// A namespace, as older releases of Node have no argon2 and would refuse to load the module by name.
import * as crypto from 'node:crypto';
import type { Passwords } from '../core/ports.ts';

/** Cost of one hash: RFC 9106, with the memory that OWASP recommends for one pass. */
export interface Argon2Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

export const argon2Cost: Argon2Cost = { memoryKib: 46 * 1024, passes: 1, lanes: 1 };

const tagLength = 32;
const saltLength = 16;
/** Minimum memory of argon2 with one lane: RFC 9106 §3.1. */
const smallestKib = 8;
/** Memory of one additional hashing step: about 4 ms each. */
const topUpKib = 4096;
const rememberedDurations = 16;
const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{22,86})\$([A-Za-z0-9+/]{43})$/;

/** What a login has memory and time for. */
const most: Argon2Cost = { memoryKib: 262_144, passes: 16, lanes: 16 };

/** Whether a value is a hash that {@link Argon2Passwords} verifies, at a cost that a login can spend. */
export function isArgon2Hash(value: unknown): value is string {
  const [, memory, passes, lanes] = (typeof value === 'string' && phc.exec(value)) || [];
  return Number(memory) <= most.memoryKib && Number(passes) <= most.passes && Number(lanes) <= most.lanes;
}

/** Password hashes as PHC strings, argon2id from Node's crypto (24.7 or newer). */
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
    const salt = crypto.randomBytes(saltLength);
    const tag = await derive(password, salt, this.#cost);
    const { memoryKib, passes, lanes } = this.#cost;
    return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(tag)}`;
  }

  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const stored = parse(hash);
    const startedAt = this.#nowMs();
    // Do the work even without a hash, so that an unknown user costs the same as a known one.
    const { cost, salt, tag } = stored ?? { cost: this.#cost, salt: Buffer.alloc(saltLength), tag: undefined };
    const derived = await derive(password, salt, cost);
    const tookMs = this.#nowMs() - startedAt;
    if (this.#isToday(cost)) this.#note(tookMs);
    else await this.#topUp(startedAt, (cost.memoryKib * cost.passes) / tookMs);
    return tag !== undefined && crypto.timingSafeEqual(derived, tag);
  }

  /**
   * After a hash with cheaper parameters, continues hashing until a hash with the current parameters would be finished,
   * so that response time does not reveal an old hash. The duration must be measured: above 32 MiB, the C library
   * returns memory after each hash, and allocating it again costs as much as filling it.
   */
  async #topUp(startedAt: number, kibPerMs: number): Promise<void> {
    if (this.#durations.length === 0) {
      const from = this.#nowMs();
      await derive('', Buffer.alloc(saltLength), this.#cost);
      return this.#note(this.#nowMs() - from);
    }
    // One of the last durations instead of their mean: a constant time would also be distinguishable.
    const wantedMs = this.#durations[crypto.randomInt(this.#durations.length)] ?? 0;
    for (;;) {
      const leftMs = wantedMs - (this.#nowMs() - startedAt);
      const memoryKib = Math.min(topUpKib, Math.floor(leftMs * kibPerMs));
      if (!(memoryKib >= smallestKib)) return;
      await derive('', Buffer.alloc(saltLength), { memoryKib, passes: 1, lanes: 1 });
    }
  }

  #note(tookMs: number): void {
    this.#durations.push(tookMs);
    if (this.#durations.length > rememberedDurations) this.#durations.shift();
  }

  needsRehash(hash: string): boolean {
    return !this.#isToday(parse(hash)?.cost);
  }

  #isToday(cost: Argon2Cost | undefined): boolean {
    const { memoryKib, passes, lanes } = this.#cost;
    return cost?.memoryKib === memoryKib && cost.passes === passes && cost.lanes === lanes;
  }
}

function parse(hash: string | undefined) {
  if (hash === undefined) return undefined;
  const [, memory, passes, lanes, salt, tag] = phc.exec(hash) ?? [];
  if (salt === undefined || tag === undefined) throw new Error('a stored password hash is not an argon2id PHC string');
  const cost = { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  return { cost, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
}

function derive(password: string, salt: Buffer, cost: Argon2Cost): Promise<Buffer> {
  const { memoryKib: memory, passes, lanes: parallelism } = cost;
  const parameters = { message: Buffer.from(password, 'utf8'), nonce: salt, parallelism, tagLength, memory, passes };
  return new Promise((resolve, reject) => {
    crypto.argon2('argon2id', parameters, (error, derived) => (error ? reject(error) : resolve(derived)));
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
