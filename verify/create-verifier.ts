import { createVerifier as createCoreVerifier } from '../lambda/access-tokens/verifier.ts';
import { bearerToken } from '../lambda/core/authorize.ts';
import { Refusal, Unavailable } from '../lambda/core/errors.ts';
import { type Caller, toCaller } from './caller.ts';
import { KeysUnavailableError, VerifyError, type VerifyErrorReason } from './errors.ts';

export interface VerifyOptions {
  /**
   * The exact `iss` of your tokens: the stack's output `Issuer`. A URL without query, fragment or trailing slash,
   * including the base path if there is one. `https:`, or `http:` for this machine (`localhost`, `127.0.0.1`, `[::1]`).
   */
  readonly issuer: string;
  /** The `aud` of your tokens: the stack's output `Audience`. */
  readonly audience: string;
  /**
   * Initial public keys (RFC 7517 §5). For a day after `iat`, no request is made if a token's `kid` is among them.
   * After that, keys fetched from the issuer replace them; while it does not respond, they stay in use.
   * @default fetched from `<issuer>/.well-known/jwks.json` with the first token
   */
  readonly jwks?: {
    /** A key may have `exp`, in epoch seconds: after that it is not trusted unless the issuer serves it. */
    readonly keys: readonly Readonly<Record<string, unknown>>[];
    /**
     * When you fetched them from the issuer, in epoch seconds.
     *
     * @default now: a process that restarts often then never fetches keys
     */
    readonly iat?: number;
  };
  /**
   * Tolerated clock difference from the issuer, in seconds, at most 60. It extends the life of every access token,
   * including after a revocation.
   *
   * @default 0
   */
  readonly clockToleranceSeconds?: number;
}

/** The content of a valid access token. */
export interface AccessTokenClaims extends Caller {
  /** All claims with their wire names, including your own. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Create one per process and share it: it caches the issuer's keys. */
export interface Verifier {
  /**
   * Verifies the unmodified `Authorization` header (RFC 6750 §2.1).
   *
   * @throws {VerifyError} `invalid_token` (401)
   * @throws {KeysUnavailableError} (503) no decision was possible
   */
  verify(authorization: string | null | undefined): Promise<AccessTokenClaims>;
  /**
   * Verifies a bare access token, for example from a WebSocket's first message or from a queue.
   *
   * @throws {VerifyError} `invalid_token` (401)
   * @throws {KeysUnavailableError} (503) no decision was possible
   */
  verifyToken(accessToken: string): Promise<AccessTokenClaims>;
}

/**
 * Verifies Pawl's access tokens (RFC 9068 §4) in any Node service, with the code that the stack's authorizer runs.
 *
 * ```ts
 * const verifier = createVerifier({ issuer: 'https://auth.example.com', audience: 'https://api.example.com' });
 * const claims = await verifier.verify(request.headers.authorization);
 * ```
 *
 * The first token triggers the first request. The issuer's keys are fetched over HTTPS (2 s, 64 KiB, no redirects, one
 * request at a time) and cached. They are fetched again after 10 minutes, and for an unknown `kid` at most once in 10
 * s. While the issuer does not respond, cached keys stay in use for up to an hour.
 *
 * The access token of a revoked session stays valid until it expires.
 *
 * @throws {TypeError} naming the invalid option
 */
export function createVerifier(options: VerifyOptions): Verifier {
  const { issuer, audience, jwks, clockToleranceSeconds = 0 } = options;
  insist(
    isIssuer(issuer),
    `issuer must be a URL such as https://auth.example.com, without query, fragment or trailing slash, not ${issuer}`,
  );
  insist(
    isConfidential(issuer),
    `issuer must be https: (http: only for localhost, 127.0.0.1 and [::1]), not ${issuer}`,
  );
  insist(typeof audience === 'string' && audience !== '', 'audience must be a non-empty string');
  insist(jwks === undefined || isJwks(jwks), 'jwks must be a JWKS: { keys: [{ kty, kid, ... }] }, iat in seconds');
  // Text would be appended to `exp` instead of added to it.
  insist(typeof clockToleranceSeconds === 'number', 'clockToleranceSeconds must be a number');
  insist(clockToleranceSeconds >= 0 && clockToleranceSeconds <= 60, 'clockToleranceSeconds must be from 0 to 60');
  const core = createCoreVerifier({ issuer, audience, clockToleranceSeconds, ...(jwks && { jwks }) });

  const verifyToken = async (accessToken: string): Promise<AccessTokenClaims> => {
    try {
      const raw = await core.verify(accessToken);
      return { ...toCaller(raw), raw };
    } catch (error) {
      throw toVerifyError(error);
    }
  };
  return {
    verifyToken,
    async verify(authorization) {
      const token = bearerToken(authorization ?? undefined);
      if (token !== undefined) return verifyToken(token);
      const bearer = /^bearer\b/i.test(authorization ?? '');
      throw new VerifyError('invalid_token', bearer ? 'token_malformed' : 'token_missing');
    },
  };
}

function insist(holds: boolean, message: string): void {
  if (!holds) throw new TypeError(message);
}

/** RFC 8414 §2: no query and no fragment; a path is allowed. */
function isIssuer(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { origin, pathname } = new URL(issuer);
  return issuer === `${origin}${pathname}`.replace(/\/$/, '');
}

function isConfidential(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  // RFC 6761 §6.3: names below localhost never leave the machine.
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(127\.\d+\.\d+\.\d+|\[::1\]|(.+\.)?localhost)$/.test(hostname))
  );
}

function isJwks({ keys, iat }: NonNullable<VerifyOptions['jwks']>): boolean {
  if (iat !== undefined && !isSeconds(iat)) return false;
  return Array.isArray(keys) && keys.every((key) => isText(key?.kty) && isText(key.kid) && isSeconds(key.exp ?? 0));
}

const isText = (value: unknown) => typeof value === 'string';

/** Before the year 5138. Milliseconds, a common mistake, would make keys valid indefinitely. */
const isSeconds = (value: unknown) => typeof value === 'number' && value >= 0 && value < 1e11;

/** The subset of the core's reasons that its verifier returns. */
const reasons = [
  'token_malformed',
  'token_type',
  'token_forged',
  'token_expired',
  'issuer_mismatch',
  'audience_mismatch',
] as const;

function toVerifyError(error: unknown): unknown {
  if (error instanceof Unavailable) return new KeysUnavailableError(error.cause);
  if (!(error instanceof Refusal)) return error;
  const reason: VerifyErrorReason = reasons.find((known) => known === error.reason) ?? 'token_malformed';
  return new VerifyError('invalid_token', reason);
}
