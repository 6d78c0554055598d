import { JwtVerifier } from 'aws-jwt-verify';
import { FetchError, JwtExpiredError, JwtInvalidSignatureError, KidNotFoundInJwksError } from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';
import type { Jwks, JwksCache } from 'aws-jwt-verify/jwk';
import { type AccessTokenClaims, claimsAreComplete, looksLikeAccessToken } from '../core/access-token.ts';
import { type PrivateReason, Refusal } from '../core/errors.ts';
import type { Codec, Verifier } from '../core/ports.ts';
import { nodeCodec } from '../crypto/node-crypto.ts';
import { KeyCache } from './jwks-cache.ts';
import { jwksFetcher } from './jwks-fetcher.ts';

export interface VerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  /** @default Node's own */
  readonly codec?: Codec;
  /** Public keys known from the start: no request is made while a token's `kid` is among them. */
  readonly jwks?: Readonly<Record<string, unknown>>;
  /**
   * Gets the issuer's JWKS for an unknown `kid`, at most once in 10 s, and again when what it got is 10 minutes old.
   * @default over HTTP with a time-out of 2 s
   */
  readonly fetcher?: Fetcher;
  /**
   * How far this clock and the issuer's may differ when `exp` and `nbf` are checked.
   * @default 0
   */
  readonly clockToleranceSeconds?: number;
}

/**
 * Verifies access tokens (RFC 9068 §4) without any table: signature and claims by aws-jwt-verify, form by us.
 * Its answers: claims, or a Refusal `invalid_token`; with the reason `keys_unavailable` nothing was decided.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { issuer, audience, codec = nodeCodec, jwks, fetcher = jwksFetcher, clockToleranceSeconds = 0 } = options;
  const keys = new KeyCache({ fetcher, waitSeconds: 10, maxAgeSeconds: 600 });
  const verifier = JwtVerifier.create(
    {
      issuer,
      audience,
      jwksUri: `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`,
      graceSeconds: clockToleranceSeconds,
      customJwtCheck: ({ payload }) => {
        // `exp` is optional to the library and `aud` may be a list; a bound token is no bearer token (RFC 9449 §7.1).
        if (payload.aud !== audience || !claimsAreComplete(payload) || 'cnf' in payload)
          throw refused('token_malformed');
        // RFC 7519 §4.1.4: not accepted *on* or after exp.
        if ((Number(payload.exp) + clockToleranceSeconds) * 1000 <= Date.now()) throw refused('token_expired');
      },
    },
    { jwksCache: checkedFirst(keys, issuer) },
  );
  if (jwks !== undefined) verifier.cacheJwks(jwks as unknown as Jwks);

  return {
    async verify(token) {
      if (!looksLikeAccessToken(token, codec)) throw refused('token_malformed');
      try {
        return (await verifier.verify(token)) as unknown as AccessTokenClaims;
      } catch (error) {
        throw error instanceof Refusal ? error : refused(reasonOf(error), error);
      }
    },
  };
}

/**
 * Looks at what needs no key before a key is looked for, so that such a token causes no request. The issuer above all:
 * the library remembers one key object for each `iss` that it meets, before it checks the signature.
 */
function checkedFirst(keys: KeyCache, issuer: string): JwksCache {
  return {
    getJwk: async (uri, jwt) => {
      const header: Readonly<Record<string, unknown>> = jwt.header;
      if (header.typ !== 'at+jwt') throw refused('token_type');
      // One algorithm, and no extension that has to be understood: RFC 7515 §4.1.11.
      if (header.alg !== 'ES256' || 'crit' in header || jwt.payload.iss !== issuer) throw refused('token_malformed');
      return keys.getJwk(uri, jwt);
    },
    getCachedJwk: (uri, jwt) => keys.getCachedJwk(uri, jwt),
    addJwks: (uri, jwks) => keys.addJwks(uri, jwks),
    getJwks: (uri) => keys.getJwks(uri),
  };
}

function refused(reason: PrivateReason, cause?: unknown): Refusal {
  const refusal = new Refusal('invalid_token', reason, 'The access token is not valid.');
  // Which request failed, and why. The causes of other reasons may quote the token.
  if (reason === 'keys_unavailable') refusal.cause = cause;
  return refusal;
}

function reasonOf(error: unknown): PrivateReason {
  if (error instanceof JwtExpiredError) return 'token_expired';
  if (error instanceof JwtInvalidSignatureError || error instanceof KidNotFoundInJwksError) return 'token_forged';
  if (error instanceof FetchError) return 'keys_unavailable';
  return 'token_malformed';
}
