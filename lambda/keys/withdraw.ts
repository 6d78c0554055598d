import type { SigningKey, SigningRing } from './rings.ts';

/**
 * How long a key must have been public before it may take the place of a withdrawn one, milliseconds: the metadata
 * function keeps the public keys for 60 s, HTTP caches for 300 s. A verifier that meets an unknown key asks at once.
 */
export const fetchableMs = 360_000;

export interface Withdrawal {
  /** Undefined: the ring stays as it is. */
  readonly ring: SigningRing | undefined;
  /** Ids of the keys that leave the ring. */
  readonly withdrawn: readonly string[];
  /** Ids of those that must wait: the one in use, while no other key may take its place. */
  readonly waiting: readonly string[];
  /** Whether `next` comes into use. */
  readonly promotes: boolean;
}

/**
 * Takes keys out of the ring. Withdrawn, `previous` is gone and `next` is another key at once; `current` goes when
 * `next` can be fetched everywhere. So with both withdrawn it takes two runs.
 *
 * @param kids what to withdraw; ids that are not in the ring are left out of the answer
 * @param nextPublicMs for how long `next` has been public, milliseconds
 * @param newKey makes a key
 */
export async function withdrawKeys(
  ring: SigningRing,
  kids: readonly string[],
  nextPublicMs: number,
  newKey: () => Promise<SigningKey>,
): Promise<Withdrawal> {
  const asked = new Set(kids);
  const all = [ring.next, ring.current, ...ring.previous].map(({ kid }) => kid);
  const promotes = asked.has(ring.current.kid) && !asked.has(ring.next.kid) && nextPublicMs >= fetchableMs;
  const waiting = asked.has(ring.current.kid) && !promotes ? [ring.current.kid] : [];
  const withdrawn = all.filter((kid) => asked.has(kid) && !waiting.includes(kid));
  if (withdrawn.length === 0) return { ring: undefined, withdrawn, waiting, promotes };
  const previous = ring.previous.filter(({ kid }) => !asked.has(kid));
  const replaced = promotes || asked.has(ring.next.kid) ? await newKey() : ring.next;
  const current = promotes ? ring.next : ring.current;
  return { ring: { version: 1, next: replaced, current, previous }, withdrawn, waiting, promotes };
}
