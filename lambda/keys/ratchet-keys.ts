import { Unavailable } from '../core/errors.ts';
import type { RatchetKey, RatchetKeys } from '../core/ports.ts';
import type { CachedRing } from './ring-source.ts';
import type { RatchetKeyRecord, RatchetRing } from './rings.ts';

/** The ratchet keys, from their ring. */
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

/** `next` is included: a function that loaded the ring a moment later may already use it as current. */
function pick(ring: RatchetRing, keyId: string): RatchetKeyRecord | undefined {
  return [ring.current, ring.next, ...ring.previous].find((key) => key.keyId === keyId);
}

const keys = new WeakMap<RatchetKeyRecord, RatchetKey>();

/** The same key for the same record, as long as its ring is cached. */
function toKey(record: RatchetKeyRecord): RatchetKey {
  const known = keys.get(record);
  if (known !== undefined) return known;
  const key = decode(record);
  keys.set(record, key);
  return key;
}

function decode({ keyId, tagKey, chainKey }: RatchetKeyRecord): RatchetKey {
  const tag = { keyId, tagKey: Buffer.from(tagKey, 'base64url') };
  if (chainKey !== '') return { ...tag, chainKey: Buffer.from(chainKey, 'base64url') };
  return {
    ...tag,
    // Rotation removed the key because no retry needs it any more. If one does, the response is 503, never 'reuse'.
    get chainKey(): never {
      throw new Unavailable('ratchet_key_gone');
    },
  };
}
