import { argon2, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { Passwords } from '../core/ports.ts';

/** Cost of one hash: RFC 9106, with the memory that OWASP asks for at one pass. */
export interface Argon2Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

export const argon2Cost: Argon2Cost = { memoryKib: 46 * 1024, passes: 1, lanes: 1 };

const tagLength = 32;
const saltLength = 16;
/** Least memory of argon2 with one lane: RFC 9106 §3.1. */
const smallestKib = 8;
/** A top-up is done in steps of so much memory: some 4 ms each. */
const topUpKib = 4096;
const rememberedDurations = 16;
const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{22,86})\$([A-Za-z0-9+/]{43})$/;

/** Password hashes as PHC strings, argon2id by Node itself (24.7 or newer). */
export class Argon2Passwords implements Passwords {
  readonly #cost: Argon2Cost;
  readonly #nowMs: () => number;
  /** How long the last hashes with today's parameters took, milliseconds. */
  readonly #durations: number[] = [];

  constructor(cost: Argon2Cost = argon2Cost, nowMs: () => number = () => performance.now()) {
    this.#cost = cost;
    this.#nowMs = nowMs;
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltLength);
    const tag = await derive(password, salt, this.#cost);
    const { memoryKib, passes, lanes } = this.#cost;
    return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(tag)}`;
  }

  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const stored = parse(hash);
    const startedAt = this.#nowMs();
    // Without a hash the work is done all the same, so that an unknown user costs what a known one does.
    const { cost, salt, tag } = stored ?? { cost: this.#cost, salt: Buffer.alloc(saltLength), tag: undefined };
    const derived = await derive(password, salt, cost);
    const tookMs = this.#nowMs() - startedAt;
    if (this.#isToday(cost)) this.#note(tookMs);
    else await this.#topUp(startedAt, (cost.memoryKib * cost.passes) / tookMs);
    return tag !== undefined && timingSafeEqual(derived, tag);
  }

  /**
   * Goes on hashing after a hash of cheaper parameters until one with today's could be done, so that the time of an
   * answer does not tell whose hash is old. How long that is has to be measured: above 32 MiB the C library hands memory
   * back after each hash, and taking it anew costs as much again as filling it.
   */
  async #topUp(startedAt: number, kibPerMs: number): Promise<void> {
    if (this.#durations.length === 0) {
      const from = this.#nowMs();
      await derive('', Buffer.alloc(saltLength), this.#cost);
      return this.#note(this.#nowMs() - from);
    }
    // One of the last, and not their mean: a time that never varies would tell as well.
    const wantedMs = this.#durations[randomInt(this.#durations.length)] ?? 0;
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
    argon2('argon2id', parameters, (error, derived) => (error ? reject(error) : resolve(derived)));
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
