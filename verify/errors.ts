/** Why a request is refused, for the caller: RFC 6750 §3.1. */
export type VerifyErrorCode = 'invalid_token' | 'insufficient_scope';

/** The reason, for your log. Send only the code to the caller: the reason would help an attacker who forges tokens. */
export type VerifyErrorReason =
  /** The request has no `Authorization: Bearer ...`. */
  | 'token_missing'
  /** Not an access token, one with a missing or invalid claim, or one that is bound to a client key (RFC 9449). */
  | 'token_malformed'
  /** The `typ` is not `at+jwt` (RFC 9068 §4), as in an ID token. */
  | 'token_type'
  /** The signature is wrong, or the issuer has no such key. */
  | 'token_forged'
  /** The `iss` is not the option `issuer`. */
  | 'issuer_mismatch'
  /** The `aud` is not the option `audience`. */
  | 'audience_mismatch'
  /** The token has expired (RFC 7519 §4.1.4). */
  | 'token_expired'
  /** The token is valid but lacks a scope. */
  | 'scope_missing';

const statusOf = { invalid_token: 401, insufficient_scope: 403 } as const;

/** Frameworks may send an error's message to the caller, so it says no more than the code. */
const messageOf: Readonly<Record<VerifyErrorCode, string>> = {
  invalid_token: 'A valid access token is required.',
  insufficient_scope: 'The access token lacks a scope.',
};

/** How long a caller should wait: the pause after a failed request for keys. */
const retryAfterSeconds = 10;

/** A refusal. It contains nothing of the token. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';
  readonly code: VerifyErrorCode;
  readonly reason: VerifyErrorReason;
  /** HTTP status of the response. */
  readonly status: 401 | 403;
  /** Value of `WWW-Authenticate` (RFC 6750 §3). A request without a token gets no `error`: RFC 6750 §3.1. */
  readonly challenge: string;

  /** @param scopes required by the route, for `insufficient_scope` */
  constructor(code: VerifyErrorCode, reason: VerifyErrorReason, scopes: readonly string[] = []) {
    super(messageOf[code]);
    this.code = code;
    this.reason = reason;
    this.status = statusOf[code];
    this.challenge = challengeOf(code, reason, scopes);
  }

  /** Headers of the response, with `www-authenticate`. They forbid caching. */
  get headers(): Record<string, string> {
    return { 'cache-control': 'no-store', 'www-authenticate': this.challenge };
  }

  /** JSON body of the response, as Pawl's own routes return it. */
  get body(): { readonly error: string } {
    return { error: this.code };
  }
}

/**
 * The issuer's keys are unavailable, so the token was not verified and may be valid. Not a {@link VerifyError}: code
 * that responds to those with 401 would sign out valid users. `cause` has the reason.
 */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
  readonly code = 'unavailable';
  readonly reason = 'keys_unavailable';
  /** HTTP status of the response. */
  readonly status = 503;

  constructor(cause: unknown) {
    super('Access tokens cannot be verified at the moment.', { cause });
  }

  /** Headers of the response, with `retry-after`. They forbid caching. */
  get headers(): Record<string, string> {
    return { 'cache-control': 'no-store', 'retry-after': `${retryAfterSeconds}` };
  }

  /** JSON body of the response, as Pawl's own routes return it. */
  get body(): { readonly error: string } {
    return { error: 'temporarily_unavailable' };
  }
}

function challengeOf(code: VerifyErrorCode, reason: VerifyErrorReason, scopes: readonly string[]): string {
  const error = reason === 'token_missing' ? '' : `, error="${code}"`;
  const scope = scopes.length === 0 ? '' : `, scope="${scopes.join(' ')}"`;
  return `Bearer realm="pawl"${error}${scope}`;
}
