import type { SigningKey, SigningRing } from './rings.ts';

/**
 * How long a key must have been public before it replaces a withdrawn one, in milliseconds: the metadata function
 * caches the public keys for 60 s, HTTP caches for 300 s. A verifier fetches an unknown key immediately.
 */
export const fetchableMs = 360_000;

export interface Withdrawal {
  /** Undefined: the ring is unchanged. */
  readonly ring: SigningRing | undefined;
  /** Ids of the keys that leave the ring. */
  readonly withdrawn: readonly string[];
  /** Ids of keys that must wait: the current key, while no other key may replace it. */
  readonly waiting: readonly string[];
  /** Whether `next` becomes current. */
  readonly promotes: boolean;
}

/**
 * Removes keys from the ring. A withdrawn `previous` is removed and a withdrawn `next` is replaced immediately;
 * `current` is removed when `next` is available everywhere. If both are withdrawn, this takes two runs.
 *
 * @param kids ids to withdraw; ids that are not in the ring are omitted from the result
 * @param nextPublicMs how long `next` has been public, in milliseconds
 * @param newKey creates a key
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
