import type { KeyObject } from 'node:crypto';
import { FetchError } from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';
import { findJwkInJwks, isJwks, type Jwks } from 'aws-jwt-verify/jwk';
import { es256Key } from './es256.ts';

export interface KeyCacheOptions {
  /** Where the issuer's JWKS is. */
  readonly uri: string;
  readonly fetcher: Fetcher;
  /** The issuer is asked at most once in this time, whether it answered or not. */
  readonly waitSeconds: number;
  /** Fetched keys are asked for again after this time, so that a key that the issuer withdrew dies here too. */
  readonly maxAgeSeconds: number;
  /** Keys known from the start. They do not grow old: they come with the deployment. */
  readonly jwks: Jwks | undefined;
}

/**
 * The keys of one issuer. The library's own cache asks again at every call while the issuer is down, and keeps a
 * withdrawn key for as long as the process lives.
 */
export class KeyCache {
  readonly #options: KeyCacheOptions;
  #jwks: Jwks | undefined;
  /** Ready to use, by `kid`; made when first needed. */
  #keys = new Map<string, KeyObject>();
  #fetchedAt: number | undefined;
  #askedAt: number | undefined;
  #failure: FetchError | undefined;
  #running: Promise<void> | undefined;

  constructor(options: KeyCacheOptions) {
    this.#options = options;
    this.#jwks = options.jwks;
  }

  /**
   * @returns undefined when the issuer was asked and has no such key
   * @throws FetchError when the issuer did not answer; Error when the key is none for ES256
   */
  async find(kid: string): Promise<KeyObject | undefined> {
    if (!this.#knows(kid)) await this.#ask();
    // One call pays for the look at the issuer, the others go on; and when it does not answer, all go on.
    else if (this.#isOld() && this.#running === undefined) await this.#ask().catch(() => undefined);
    return this.#find(kid);
  }

  #knows(kid: string): boolean {
    return this.#keys.has(kid) || (this.#jwks !== undefined && findJwkInJwks(this.#jwks, kid) !== undefined);
  }

  #find(kid: string): KeyObject | undefined {
    const ready = this.#keys.get(kid);
    if (ready !== undefined) return ready;
    const jwk = this.#jwks && findJwkInJwks(this.#jwks, kid);
    if (jwk === undefined) return undefined;
    const key = es256Key(jwk);
    this.#keys.set(kid, key);
    return key;
  }

  #isOld(): boolean {
    return !within(this.#options.maxAgeSeconds, this.#fetchedAt ?? Date.now());
  }

  async #ask(): Promise<void> {
    if (this.#running === undefined) {
      if (this.#askedAt !== undefined && within(this.#options.waitSeconds, this.#askedAt)) {
        if (this.#failure !== undefined) throw this.#failure;
        return;
      }
      this.#askedAt = Date.now();
      this.#running = this.#fetch().finally(() => {
        this.#running = undefined;
      });
    }
    return this.#running;
  }

  async #fetch(): Promise<void> {
    const { uri, fetcher } = this.#options;
    try {
      const jwks: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await fetcher.fetch(uri)));
      if (!isJwks(jwks as Parameters<typeof isJwks>[0])) throw new Error('not a JWKS');
      this.#jwks = jwks as Jwks;
      this.#keys = new Map();
      this.#fetchedAt = Date.now();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error instanceof FetchError ? error : new FetchError(uri, (error as Error).message);
      throw this.#failure;
    }
  }
}

/** A clock that was set back must not keep keys alive: a time in the future is not within anything. */
function within(seconds: number, since: number): boolean {
  const age = Date.now() - since;
  return age >= 0 && age < seconds * 1000;
}
