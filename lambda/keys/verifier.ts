import { JwtVerifier } from 'aws-jwt-verify';
import {
  FetchError,
  JwtExpiredError,
  JwtInvalidSignatureError,
  KidNotFoundInJwksError,
  WaitPeriodNotYetEndedJwkError,
} from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';
import { type Jwks, SimpleJwksCache, SimplePenaltyBox } from 'aws-jwt-verify/jwk';
import { type AccessTokenClaims, claimsAreComplete, looksLikeAccessToken } from '../core/access-token.ts';
import { type PrivateReason, Refusal } from '../core/errors.ts';
import type { Codec, Verifier } from '../core/ports.ts';
import { jwksFetcher } from './jwks-fetcher.ts';

export interface VerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly codec: Codec;
  /** Public keys known from the start: no request is made while a token's `kid` is among them. */
  readonly jwks?: Readonly<Record<string, unknown>>;
  /**
   * Gets the issuer's JWKS for an unknown `kid`, at most once in 10 s.
   * @default over HTTP with a time-out of 2 s
   */
  readonly fetcher?: Fetcher;
}

/** Verifies access tokens (RFC 9068 §4) without any table: signature and claims by aws-jwt-verify, form by us. */
export function createVerifier({ issuer, audience, codec, jwks, fetcher = jwksFetcher }: VerifierOptions): Verifier {
  const penaltyBox = new SimplePenaltyBox({ waitSeconds: 10 });
  const cache = new SimpleJwksCache({ fetcher, penaltyBox });
  const jwksUri = `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
  const verifier = JwtVerifier.create(
    {
      issuer,
      audience,
      jwksUri,
      graceSeconds: 0,
      customJwtCheck: ({ header, payload }) => {
        if (header.typ !== 'at+jwt') throw new Refusal('invalid_token', 'token_type', invalid);
        // The library takes a token in the very millisecond of its `exp`; RFC 7519 §4.1.4 says before it.
        if (Number(payload.exp) * 1000 <= Date.now()) throw new Refusal('invalid_token', 'token_expired', invalid);
        // `exp` is optional to the library and `aud` may be a list; a bound token is no bearer token (RFC 9449 §7.1).
        if (payload.aud !== audience || !claimsAreComplete(payload) || 'cnf' in payload) {
          throw new Refusal('invalid_token', 'token_malformed', invalid);
        }
      },
    },
    { jwksCache: cache },
  );
  if (jwks !== undefined) verifier.cacheJwks(jwks as unknown as Jwks);

  return {
    async verify(token) {
      if (!looksLikeAccessToken(token, codec)) throw new Refusal('invalid_token', 'token_malformed', invalid);
      try {
        return (await verifier.verify(token)) as unknown as AccessTokenClaims;
      } catch (error) {
        if (error instanceof Refusal) throw error;
        // The library waits after a `kid` that was not found, but not after a fetch that failed.
        if (error instanceof FetchError) penaltyBox.registerFailedAttempt(jwksUri);
        throw new Refusal('invalid_token', reasonOf(error), invalid);
      }
    },
  };
}

const invalid = 'The access token is not valid.';

function reasonOf(error: unknown): PrivateReason {
  if (error instanceof JwtExpiredError) return 'token_expired';
  if (error instanceof JwtInvalidSignatureError || error instanceof KidNotFoundInJwksError) return 'token_forged';
  if (error instanceof FetchError || error instanceof WaitPeriodNotYetEndedJwkError) return 'keys_unavailable';
  return 'token_malformed';
}
