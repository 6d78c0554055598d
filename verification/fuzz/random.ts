/** Seeded random numbers (xorshift32), fast enough for millions of inputs. */
export class Random {
  #state: number;

  constructor(seed: number) {
    // Avoids the state zero, which never changes, and similar first numbers for adjacent seeds.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
    for (let round = 0; round < 8; round += 1) this.below(2);
  }

  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) % limit;
  }

  pick<T>(values: readonly T[]): T {
    if (values.length === 0) throw new Error('nothing to pick from');
    return values[this.below(values.length)] as T;
  }
}
