import { FetchError, JwtWithoutValidKidError, KidNotFoundInJwksError } from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';
import { findJwkInJwks, isJwks, type Jwks, type JwksCache, type JwkWithKid } from 'aws-jwt-verify/jwk';

export interface KeyCacheOptions {
  readonly fetcher: Fetcher;
  /** The issuer is asked at most once in this time, whether it answered or not. */
  readonly waitSeconds: number;
  /** Fetched keys are asked for again after this time, so that a key that the issuer withdrew dies here too. */
  readonly maxAgeSeconds: number;
}

/**
 * The keys of one issuer. The library's own cache asks again at every call while the issuer is down, and keeps a
 * withdrawn key for as long as the process lives.
 *
 * Keys given from the start do not grow old: they come with the deployment.
 */
export class KeyCache implements JwksCache {
  readonly #options: KeyCacheOptions;
  #jwks: Jwks | undefined;
  #fetchedAt: number | undefined;
  #askedAt: number | undefined;
  #failure: FetchError | undefined;
  #running: Promise<void> | undefined;

  constructor(options: KeyCacheOptions) {
    this.#options = options;
  }

  /** @throws KidNotFoundInJwksError when the issuer was asked and has no such key; FetchError when it did not answer */
  async getJwk(uri: string, jwt: Parameters<JwksCache['getJwk']>[1]): Promise<JwkWithKid> {
    const { kid } = jwt.header;
    if (typeof kid !== 'string') throw new JwtWithoutValidKidError('no kid');
    if (this.#find(kid) === undefined) await this.#ask(uri);
    // One call pays for the look at the issuer, the others go on; and when it does not answer, all go on.
    else if (this.#isOld() && this.#running === undefined) await this.#ask(uri).catch(() => undefined);
    return this.getCachedJwk(uri, jwt);
  }

  getCachedJwk(_uri: string, { header: { kid } }: Parameters<JwksCache['getCachedJwk']>[1]): JwkWithKid {
    const found = this.#find(kid ?? '');
    if (found === undefined) throw new KidNotFoundInJwksError('no such key');
    return found;
  }

  addJwks(_uri: string, jwks: Jwks): void {
    this.#jwks = jwks;
    this.#fetchedAt = undefined;
  }

  async getJwks(uri: string): Promise<Jwks> {
    await this.#ask(uri);
    return this.#jwks ?? { keys: [] };
  }

  #find(kid: string): JwkWithKid | undefined {
    return this.#jwks && findJwkInJwks(this.#jwks, kid);
  }

  #isOld(): boolean {
    return !within(this.#options.maxAgeSeconds, this.#fetchedAt ?? Date.now());
  }

  async #ask(uri: string): Promise<void> {
    if (this.#running === undefined) {
      if (this.#askedAt !== undefined && within(this.#options.waitSeconds, this.#askedAt)) {
        if (this.#failure !== undefined) throw this.#failure;
        return;
      }
      this.#askedAt = Date.now();
      this.#running = this.#fetch(uri).finally(() => {
        this.#running = undefined;
      });
    }
    return this.#running;
  }

  async #fetch(uri: string): Promise<void> {
    try {
      const jwks: unknown = JSON.parse(
        new TextDecoder('utf-8', { fatal: true }).decode(await this.#options.fetcher.fetch(uri)),
      );
      if (!isJwks(jwks as Parameters<typeof isJwks>[0])) throw new Error('not a JWKS');
      this.#jwks = jwks as Jwks;
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
