import type { Fetcher } from 'aws-jwt-verify/https';
import { jwksFetcher } from '../access-tokens/jwks-fetcher.ts';
import type { PublicJwk } from './publish.ts';

/** The issuer does not show keys that are published. Its message holds no secret. */
export class IssuerError extends Error {
  override readonly name = 'IssuerError';
}

/** Insists that the issuer shows keys, as every verifier looks for them. @throws IssuerError */
export type InsistShown = (keys: readonly PublicJwk[]) => Promise<void>;

/**
 * Looks where verifiers look. An issuer that does not show a key, for instance behind a host that forwards `/auth/*`
 * alone, goes unnoticed until that key signs; then every new token is refused.
 *
 * @param issuer an origin
 */
export function insistShown(issuer: string, fetcher: Fetcher = jwksFetcher): InsistShown {
  const uri = `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
  return async (keys) => {
    const shown = await shownKeys(uri, fetcher).catch((error: Error) => {
      throw new IssuerError(
        `${uri} does not show the keys (${error.message}); verifiers of new tokens need them there`,
      );
    });
    const missing = keys.find(({ kid, x, y }) => !shown.some((one) => one.kid === kid && one.x === x && one.y === y));
    if (missing !== undefined) {
      throw new IssuerError(`${uri} does not show the key ${missing.kid}; verifiers of new tokens need it there`);
    }
  };
}

async function shownKeys(uri: string, fetcher: Fetcher): Promise<readonly Partial<PublicJwk>[]> {
  const document: unknown = JSON.parse(Buffer.from(await fetcher.fetch(uri)).toString('utf8'));
  const keys = (document as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys)) throw new Error('not a JWKS');
  return keys.filter((key): key is Partial<PublicJwk> => typeof key === 'object' && key !== null);
}
