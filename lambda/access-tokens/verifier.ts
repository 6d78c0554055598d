import { JwtExpiredError, JwtInvalidAudienceError } from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';
import { decomposeUnverifiedJwt, validateJwtFields } from 'aws-jwt-verify/jwt';
import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import { platform as runtime } from '#platform';
import type { GivenJwks } from '../contract/jwk.ts';
import { type AccessTokenClaims, claimsAreComplete, looksLikeAccessToken } from '../core/access-token.ts';
import { type PrivateReason, Refusal, Unavailable } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { Verifier } from '../core/signing.ts';
import { systemClock } from '../system-clock.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { jwksFetcher } from './jwks-fetcher.ts';
import { plainPayload } from './plain-payload.ts';
import type { Platform } from './platform.ts';

export interface VerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  /** @default the platform that the code runs on */
  readonly platform?: Platform;
  /** Initial public keys: for a day, no request is made while they include a token's `kid`. */
  readonly jwks?: GivenJwks;
  /**
   * Fetches the issuer's JWKS for an unknown `kid`, at most once in 10 s, and again when the result is 10 minutes old.
   *
   * @default over HTTP with a timeout of 2 s
   */
  readonly fetcher?: Fetcher;
  /** The clock by which keys age. @default the system clock */
  readonly clock?: Clock;
  /**
   * Accepted clock difference to the issuer when `exp` and `nbf` are checked.
   *
   * @default 0
   */
  readonly clockToleranceSeconds?: number;
}

/** A header that was accepted. It stands for its `kid` and for nothing else: the key is looked up at every call. */
interface KnownHeader {
  /** base64url */
  readonly text: string;
  readonly kid: string;
}

/**
 * Verifies access tokens (RFC 9068 §4) without a table. aws-jwt-verify parses the token and checks the registered
 * claims, in the library's own order; a payload that it would not change is parsed natively, with the same result. The
 * checks that it leaves to its caller, and the signature algorithm, are implemented here. Returns the claims, or throws
 * a Refusal `invalid_token`, or Unavailable when keys are unavailable and nothing was decided.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { issuer, audience, platform = runtime, clockToleranceSeconds = 0 } = options;
  const { fetcher = jwksFetcher, clock = systemClock, jwks } = options;
  const uri = `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
  const keys = new IssuerKeys({ uri, fetcher, clock, platform }, jwks);

  /** The header of the last token that had a valid signature. Only the issuer can replace it. */
  let lastHeader: KnownHeader | undefined;

  async function verify(token: string): Promise<AccessTokenClaims> {
    if (!looksLikeAccessToken(token)) throw refused('token_malformed');
    const { header, payload } = read(token);
    if (payload.iss !== issuer) throw refused('issuer_mismatch');
    const isSigned = await keys.find(header.kid);
    const end = token.lastIndexOf('.');
    if (isSigned === undefined || !(await isSigned(token.slice(0, end), token.slice(end + 1)))) {
      throw refused('token_forged');
    }
    lastHeader = header;
    validateJwtFields(payload, { issuer, audience, graceSeconds: clockToleranceSeconds });
    return checked(payload);
  }

  /** All tokens that one key signs have the same header, so it is parsed and checked once. */
  function read(token: string): { readonly header: KnownHeader; readonly payload: JwtPayload } {
    const [text = '', body = ''] = token.split('.');
    if (lastHeader !== undefined && text === lastHeader.text) {
      const payload = plainPayload(platform.textOf(body));
      if (payload !== undefined) return { header: lastHeader, payload };
    }
    const { header, payload } = decomposeUnverifiedJwt(token);
    return { header: { text, kid: kidOf(header) }, payload };
  }

  /**
   * Checks that need no key come first, so that such a token causes no request: `typ`, the algorithm, no critical
   * extension (RFC 7515 §4.1.11).
   */
  function kidOf(header: Readonly<Record<string, unknown>>): string {
    const { typ, alg, kid } = header;
    if (typ !== 'at+jwt') throw refused('token_type');
    if (alg !== 'ES256' || 'crit' in header) throw refused('token_malformed');
    if (typeof kid !== 'string') throw refused('token_malformed');
    return kid;
  }

  function checked(payload: JwtPayload): AccessTokenClaims {
    // `exp` is optional in the library and `aud` may be a list there; a bound token is not a bearer token (RFC 9449
    // §7.1).
    if (payload.aud !== audience) throw refused('audience_mismatch');
    if (!claimsAreComplete(payload) || 'cnf' in payload) throw refused('token_malformed');
    // RFC 7519 §4.1.4: not accepted *on* or after exp.
    if ((Number(payload.exp) + clockToleranceSeconds) * 1000 <= Date.now()) throw refused('token_expired');
    return payload as unknown as AccessTokenClaims;
  }

  return {
    async verify(token) {
      try {
        return await verify(token);
      } catch (error) {
        throw error instanceof Unavailable || error instanceof Refusal ? error : refused(reasonOf(error));
      }
    },
  };
}

/** Without a cause, which may quote the token. */
function refused(reason: PrivateReason): Refusal {
  return new Refusal('invalid_token', reason, 'The access token is not valid.');
}

function reasonOf(error: unknown): PrivateReason {
  if (error instanceof JwtInvalidAudienceError) return 'audience_mismatch';
  return error instanceof JwtExpiredError ? 'token_expired' : 'token_malformed';
}
