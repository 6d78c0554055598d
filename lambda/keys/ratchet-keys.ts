import { Unavailable } from '../core/errors.ts';
import type { RatchetKey, RatchetKeys } from '../core/ports.ts';
import type { CachedRing } from './ring-source.ts';
import type { RatchetKeyRecord, RatchetRing } from './rings.ts';

/** The keys of refresh tokens, from their ring. */
export class RingRatchetKeys implements RatchetKeys {
  readonly #ring: CachedRing<RatchetKeyRecord>;

  constructor(ring: CachedRing<RatchetKeyRecord>) {
    this.#ring = ring;
  }

  async current(): Promise<RatchetKey> {
    return toKey((await this.#ring.get()).current);
  }

  async find(keyId: string): Promise<RatchetKey | undefined> {
    const known = pick(await this.#ring.get(), keyId) ?? pick(await this.#ring.renew(), keyId);
    return known && toKey(known);
  }
}

/** `next` counts: a function that loaded the ring a moment later may use it as current already. */
function pick(ring: RatchetRing, keyId: string): RatchetKeyRecord | undefined {
  return [ring.current, ring.next, ...ring.previous].find((key) => key.keyId === keyId);
}

function toKey({ keyId, tagKey, chainKey }: RatchetKeyRecord): RatchetKey {
  const tag = { keyId, tagKey: Buffer.from(tagKey, 'base64url') };
  if (chainKey !== '') return { ...tag, chainKey: Buffer.from(chainKey, 'base64url') };
  return {
    ...tag,
    // Rotation has dropped it, as every retry that it could answer is over. Whoever asks for it all the same: 503, never 'reuse'.
    get chainKey(): never {
      throw new Unavailable('ratchet_key_gone');
    },
  };
}
