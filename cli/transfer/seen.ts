import { createHash } from 'node:crypto';
import { type Account, namesOf } from '../../lambda/core/account.ts';

/** Columns of a slot: 64 bits of a hash, and the number of the line. */
const width = 3;

/** Share of the slots that may be in use. */
const maxLoad = 0.75;

/** The names and subjects of a file, to detect duplicates. Each takes 16 to 32 bytes; no text is kept. */
export class Seen {
  #slots: Uint32Array;
  #used = 0;

  /** @param slots initial number, a power of 2 */
  constructor(slots = 1 << 16) {
    this.#slots = new Uint32Array(slots * width);
  }

  /**
   * Records the account of a line, unless an earlier line has one of its names or its subject.
   *
   * @param number of the line, from 1
   * @returns the duplicated name or subject, and the number of the earlier line
   */
  note(
    account: Account,
    generated: boolean,
    number: number,
  ): { readonly what: string; readonly number: number } | undefined {
    const texts = [
      ...namesOf(account).map((name) => [name, `n:${name}`] as const),
      ...(generated ? [] : [[`the subject ${account.subject}`, `s:${account.subject}`] as const]),
    ];
    const keys = texts.map(([what, text]) => ({ what, hash: createHash('sha256').update(text).digest() }));
    for (const { what, hash } of keys) {
      const earlier = this.#slots[this.#find(hash.readUInt32LE(0), hash.readUInt32LE(4)) + 2] ?? 0;
      if (earlier !== 0) return { what, number: earlier };
    }
    for (const { hash } of keys) this.#put(hash.readUInt32LE(0), hash.readUInt32LE(4), number);
    return undefined;
  }

  #put(high: number, low: number, number: number): void {
    if (this.#used * width >= this.#slots.length * maxLoad) this.#grow();
    this.#slots.set([high, low, number], this.#find(high, low));
    this.#used += 1;
  }

  /** The slot of the hash, or the empty slot for it. */
  #find(high: number, low: number): number {
    const slots = this.#slots;
    const mask = slots.length / width - 1;
    for (let slot = (high & mask) >>> 0; ; slot = (slot + 1) & mask) {
      const at = slot * width;
      if (slots[at + 2] === 0 || (slots[at] === high && slots[at + 1] === low)) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += width) {
      if (old[at + 2] !== 0) this.#slots.set(old.subarray(at, at + width), this.#find(old[at] ?? 0, old[at + 1] ?? 0));
    }
  }
}
