import type { Fetcher } from 'aws-jwt-verify/https';
import type { Jwk } from 'aws-jwt-verify/jwk';
import { Cached, type CacheRules } from '../cached.ts';
import { type GivenJwks, isForOtherPurpose, keysIn } from '../contract/jwk.ts';
import { Unavailable } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { Platform, SignatureCheck } from './platform.ts';

/** How long keys are used before they are fetched again, in milliseconds. */
export const fetchedFreshMs = 600_000;
export const givenFreshMs = 86_400_000;

/** How long a fetched key is trusted while the issuer is unavailable, in milliseconds. */
export const fetchedBelievedMs = 3_600_000;

/** Minimum time between two requests to the issuer, successful or not, in milliseconds. */
export const askPauseMs = 10_000;

interface Known {
  readonly jwk: Jwk;
  /** Epoch milliseconds. */
  readonly believedUntil: number;
  /** Created on first use; an error if the key cannot be used. */
  check?: Promise<SignatureCheck | Unavailable>;
}

/** The source of the keys, and its dependencies. */
export interface KeySource {
  /** URL of the issuer's JWKS. */
  readonly uri: string;
  readonly fetcher: Fetcher;
  readonly clock: Clock;
  readonly platform: Platform;
}

type KeySet = ReadonlyMap<string, Known>;

/**
 * The public keys of one issuer. A key is trusted for as long as it is certainly published: the issuer is asked again
 * before that time ends, and a key that it no longer serves is dropped.
 */
export class IssuerKeys {
  readonly #given: KeySet;
  readonly #keys: Cached<KeySet>;
  readonly #clock: Clock;
  readonly #platform: Platform;

  constructor({ uri, fetcher, clock, platform }: KeySource, given?: GivenJwks) {
    const since = given?.iat === undefined ? clock.nowMs() : given.iat * 1000;
    this.#clock = clock;
    this.#platform = platform;
    this.#given = setOf(given?.keys ?? [], ({ exp }) => (typeof exp === 'number' ? exp * 1000 : Infinity));
    // Each key has its own bound, so the set needs none.
    const rules: CacheRules = {
      freshMs: fetchedFreshMs,
      usableMs: Infinity,
      pauseMs: askPauseMs,
      retryMs: askPauseMs,
    };
    const held = { value: this.#given, since, freshUntil: since + givenFreshMs, usableUntil: Infinity };
    this.#keys = new Cached(() => this.#fetch(uri, fetcher), rules, clock, this.#given.size > 0 ? held : undefined);
  }

  /**
   * A key that cannot be used is fetched again like a missing one, because the issuer may have fixed it.
   *
   * @returns undefined when the issuer was asked and has no such key
   * @throws Unavailable when the issuer did not respond, or serves a key under this `kid` that cannot be used
   */
  async find(kid: string): Promise<SignatureCheck | undefined> {
    const held = await this.#check(await this.#keys.get(), kid);
    if (typeof held === 'function') return held;
    const renewed = await this.#check(await this.#keys.renew(), kid);
    // The token may be valid, but its signature cannot be checked.
    if (renewed instanceof Unavailable) throw renewed;
    return renewed;
  }

  #check(keys: KeySet, kid: string): Promise<SignatureCheck | Unavailable> | undefined {
    const known = keys.get(kid);
    if (known === undefined || this.#clock.nowMs() >= known.believedUntil) return undefined;
    known.check ??= this.#import(known.jwk);
    return known.check;
  }

  async #import(jwk: Jwk): Promise<SignatureCheck | Unavailable> {
    try {
      return await this.#platform.es256(jwk);
    } catch (error) {
      const { message } = error as Error;
      return new Unavailable('keys_unavailable', {
        cause: new Error(`the issuer's key ${jwk.kid} cannot be used: ${message}`, { cause: error }),
      });
    }
  }

  async #fetch(uri: string, fetcher: Fetcher): Promise<KeySet> {
    const until = this.#clock.nowMs() + fetchedBelievedMs;
    try {
      const keys = parse(await fetcher.fetch(uri));
      // A key from the deployment keeps its own end, now that the issuer has confirmed it.
      const set = setOf(keys, (jwk) => Math.max(until, this.#givenUntil(jwk as unknown as Jwk)));
      // An issuer always has keys. With none, every valid token would be refused as forged.
      if (set.size === 0) throw new Error('no keys for ES256 signatures');
      return set;
    } catch (error) {
      throw new Unavailable('keys_unavailable', { cause: error });
    }
  }

  #givenUntil({ kid = '', x, y }: Jwk): number {
    const given = this.#given.get(kid);
    // Keys without their own end are configured by the operator; the issuer's own response takes precedence.
    const ends = given !== undefined && Number.isFinite(given.believedUntil);
    return ends && given.jwk.x === x && given.jwk.y === y ? given.believedUntil : 0;
  }
}

/** By `kid`; the first one wins. Keys for another purpose are ignored. */
function setOf<J extends object>(jwks: readonly J[], believedUntil: (jwk: J) => number): KeySet {
  const keys = new Map<string, Known>();
  for (const each of jwks) {
    const jwk = each as unknown as Jwk;
    if (typeof jwk.kid !== 'string' || keys.has(jwk.kid) || isForOtherPurpose(each)) continue;
    keys.set(jwk.kid, { jwk, believedUntil: believedUntil(each) });
  }
  return keys;
}

function parse(document: ArrayBuffer): readonly object[] {
  return keysIn(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(document)));
}
