import { fetchedFreshMs, givenFreshMs } from '../access-tokens/issuer-keys.ts';
import type { GivenJwks } from '../contract/jwk.ts';
import { fetchableMs } from './withdraw.ts';

/** The keys that the stack's verifiers were deployed with. */
export type DeployedKeys = Pick<GivenJwks, 'keys' | 'iat'>;

/**
 * Until when a verifier that reaches the issuer may trust keys withdrawn now, in epoch milliseconds. For verifiers that
 * fetch: as long as caches and their own cache keep the keys. For the stack's own functions: until they first fetch keys.
 */
export function believedUntil(kids: readonly string[], { keys, iat = 0 }: DeployedKeys, now: number): number {
  const fetched = now + fetchableMs + fetchedFreshMs;
  const deployed = keys.some(({ kid }) => kids.includes(String(kid)));
  return deployed ? Math.max(fetched, iat * 1000 + givenFreshMs) : fetched;
}
