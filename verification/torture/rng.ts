import type { Random } from '../../lambda/core/ports.ts';

/** Seeded random numbers (mulberry32). Never use them for a real secret. */
export class Rng implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 32 bits. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A whole number from 0 to `end`, exclusive. */
  below(end: number): number {
    return Math.floor((this.next() / 2 ** 32) * end);
  }

  /** A whole number from `from` to `to`, inclusive. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  chance(probability: number): boolean {
    return this.next() / 2 ** 32 < probability;
  }

  pick<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  }

  /** Picks a value by its weight. */
  weighted<T>(rows: readonly (readonly [value: T, weight: number])[]): T {
    let left = this.below(rows.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [value, weight] of rows) {
      left -= weight;
      if (left < 0) return value;
    }
    throw new Error('nothing to pick from');
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; index += 1) bytes[index] = this.next() & 255;
    return bytes;
  }
}

/** Derives a seed from several numbers, so that each part of a run has its own. */
export function seedOf(...parts: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) hash = new Rng(hash ^ part).next();
  return hash;
}
