import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Unavailable } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { Ring } from './rings.ts';

/** How long a loaded ring serves before it is looked at again, milliseconds: the "cache period" of key rotation. */
export const cachePeriodMs = 300_000;

/** How often an unknown key id may cause a reload, milliseconds: tokens with made-up ids cost one call in so long. */
export const reloadPeriodMs = 30_000;

/** A key ring, loaded when first needed and kept in memory. */
export class CachedRing<K> {
  readonly #load: () => Promise<Ring<K>>;
  readonly #clock: Clock;
  #ring: Ring<K> | undefined;
  #loadedAt = 0;
  #triedAt = Number.NEGATIVE_INFINITY;
  #loading: Promise<Ring<K>> | undefined;

  constructor(load: () => Promise<Ring<K>>, clock: Clock) {
    this.#load = load;
    this.#clock = clock;
  }

  /** The ring, at most a cache period old; older only while it cannot be loaded. @throws Unavailable */
  async get(): Promise<Ring<K>> {
    const age = this.#clock.nowMs() - this.#loadedAt;
    if (this.#ring !== undefined && age < cachePeriodMs) return this.#ring;
    if (this.#ring !== undefined && this.#justTried()) return this.#ring;
    try {
      return await this.#fetch();
    } catch (error) {
      if (this.#ring !== undefined) return this.#ring;
      throw error;
    }
  }

  /**
   * The ring as it is now, for a key id that the cached one does not know; the cached one again where it was loaded a
   * moment ago. While loading fails the answer is "unavailable", never a ring that may lack the key.
   *
   * @throws Unavailable
   */
  async reload(): Promise<Ring<K>> {
    if (!this.#justTried()) return this.#fetch();
    if (this.#loading !== undefined) return this.#loading;
    if (this.#ring === undefined || this.#loadedAt < this.#triedAt) throw new Unavailable('keys_unavailable');
    return this.#ring;
  }

  #justTried(): boolean {
    return this.#clock.nowMs() - this.#triedAt < reloadPeriodMs;
  }

  #fetch(): Promise<Ring<K>> {
    this.#loading ??= this.#fetchOnce().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #fetchOnce(): Promise<Ring<K>> {
    const startedAt = this.#clock.nowMs();
    this.#triedAt = startedAt;
    this.#ring = await this.#load();
    this.#loadedAt = startedAt;
    return this.#ring;
  }
}

/** Reads rings from Secrets Manager: two tries of at most 2 s. */
export function secretLoader<K>(secretId: string): () => Promise<Ring<K>> {
  const client = new SecretsManagerClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
  });
  return async () => {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
      const ring = JSON.parse(SecretString ?? '') as Ring<K>;
      if (ring.version !== 1) throw new Error('the secret holds no key ring yet');
      return ring;
    } catch (error) {
      // A parser's message may quote the secret: the cause goes no further than its name.
      throw new Unavailable('keys_unavailable', { cause: new Error((error as Error).name) });
    }
  };
}
