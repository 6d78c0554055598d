import type { Clock } from '../clock.ts';

/** The authorizer's decision: its context if it allowed the request, otherwise `refused`. */
export type Verdict = { readonly allowed: true; readonly context: unknown } | { readonly allowed: false };

/**
 * API Gateway's cache of authorizer results. It belongs to the authorizer, not to a route; it ignores a token's expiry,
 * so a cached allow outlives it; and it also stores refusals.
 */
export class AuthorizerCache {
  readonly #clock: Clock;
  readonly #entries = new Map<string, { readonly verdict: Verdict; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The cached decision for these identity source values, if it has not expired. */
  get(authorizerId: string, identity: readonly string[]): Verdict | undefined {
    const entry = this.#entries.get(keyOf(authorizerId, identity));
    return entry !== undefined && entry.until > this.#clock.now() ? entry.verdict : undefined;
  }

  /** Caches a decision; 0 seconds disables caching. */
  put(authorizerId: string, identity: readonly string[], verdict: Verdict, seconds: number): void {
    if (seconds <= 0) return;
    const now = this.#clock.now();
    for (const [key, { until }] of this.#entries) if (until <= now) this.#entries.delete(key);
    this.#entries.set(keyOf(authorizerId, identity), { verdict, until: now + seconds * 1000 });
  }
}

function keyOf(authorizerId: string, identity: readonly string[]): string {
  return JSON.stringify([authorizerId, ...identity]);
}
