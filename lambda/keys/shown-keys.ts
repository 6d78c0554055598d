import type { Fetcher } from 'aws-jwt-verify/https';
import { jwksFetcher } from '../access-tokens/jwks-fetcher.ts';
import { keysIn } from '../contract/jwk.ts';
import type { PublicJwk } from './publish.ts';

/** The issuer does not serve keys that are published. The message contains no secret. */
export class IssuerError extends Error {
  override readonly name = 'IssuerError';
}

/** Requires that the issuer serves the keys, fetched as a verifier does. @throws IssuerError */
export type InsistShown = (keys: readonly PublicJwk[]) => Promise<void>;

/**
 * Fetches the keys as verifiers do. An issuer that does not serve a key, for example behind a host that forwards only
 * `/auth/*`, goes unnoticed until that key signs, and then every new token is refused.
 *
 * @param issuer an origin
 */
export function insistShown(issuer: string, fetcher: Fetcher = jwksFetcher): InsistShown {
  const uri = `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
  return async (keys) => {
    const shown = await shownKeys(uri, fetcher).catch((error: Error) => {
      throw new IssuerError(`${uri} does not serve the keys (${error.message}); verifiers fetch them from there`);
    });
    const missing = keys.find(({ kid, x, y }) => !shown.some((one) => one.kid === kid && one.x === x && one.y === y));
    if (missing !== undefined) {
      throw new IssuerError(`${uri} does not serve the key ${missing.kid}; verifiers fetch it from there`);
    }
  };
}

async function shownKeys(uri: string, fetcher: Fetcher): Promise<readonly Partial<PublicJwk>[]> {
  return keysIn(JSON.parse(Buffer.from(await fetcher.fetch(uri)).toString('utf8')));
}
