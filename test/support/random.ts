import { createHash } from 'node:crypto';
import type { Random } from '../../lambda/core/ports.ts';

/** Deterministic random bytes from a seed: SHA-256 over a counter. */
export class SeededRandom implements Random {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string | number = 'pawl') {
    this.#seed = String(seed);
  }

  bytes(length: number): Uint8Array {
    const whole = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += 32) {
      this.#count += 1;
      const block = createHash('sha256').update(`${this.#seed}/${this.#count}`).digest();
      whole.set(block.subarray(0, Math.min(32, length - offset)), offset);
    }
    return whole;
  }
}
