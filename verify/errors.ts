/**
 * What went wrong, for the caller:
 * `invalid_token` and `insufficient_scope` as in RFC 6750 §3.1; `unavailable` when nothing could be decided.
 */
export type VerifyErrorCode = 'invalid_token' | 'insufficient_scope' | 'unavailable';

/** What went wrong, for your log. Tell the caller the code only: the reason helps whoever forges tokens. */
export type VerifyErrorReason =
  /** No `Authorization: Bearer ...` came with the request. */
  | 'token_missing'
  /** Not an access token of this issuer for this audience, or one that is bound to a client key (RFC 9449). */
  | 'token_malformed'
  /** The `typ` is not `at+jwt` (RFC 9068 §4): an ID token, say. */
  | 'token_type'
  /** The signature is wrong, or the issuer has no such key. */
  | 'token_forged'
  /** The time of `exp` has come (RFC 7519 §4.1.4). */
  | 'token_expired'
  /** The token is valid and lacks a scope. */
  | 'scope_missing'
  /** The issuer's keys could not be had; `cause` says why. */
  | 'keys_unavailable';

const statusOf = { invalid_token: 401, insufficient_scope: 403, unavailable: 503 } as const;

/** Frameworks hand an error's message to the caller, so it tells no more than the code. */
const messageOf: Readonly<Record<VerifyErrorCode, string>> = {
  invalid_token: 'A valid access token is needed.',
  insufficient_scope: 'The access token lacks a scope.',
  unavailable: 'Access tokens cannot be checked at the moment.',
};

/** How long a caller should wait: as long as a failed request for keys is not repeated. */
const retryAfterSeconds = 10;

/** The one error of `pawl/verify` at run time. It holds nothing of the token. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';
  readonly code: VerifyErrorCode;
  readonly reason: VerifyErrorReason;
  /** HTTP status of the answer. */
  readonly status: 401 | 403 | 503;
  /**
   * Value of `WWW-Authenticate` (RFC 6750 §3), `undefined` with 503. A request without a token gets no `error`, as
   * RFC 6750 §3.1 asks.
   */
  readonly challenge: string | undefined;

  /** @param scopes what the route needs, for `insufficient_scope` */
  constructor(code: VerifyErrorCode, reason: VerifyErrorReason, scopes: readonly string[] = [], cause?: unknown) {
    super(messageOf[code], cause === undefined ? undefined : { cause });
    this.code = code;
    this.reason = reason;
    this.status = statusOf[code];
    this.challenge = challengeOf(code, reason, scopes);
  }

  /** Headers of the answer: `www-authenticate` with 401 and 403, `retry-after` with 503; never to be cached. */
  get headers(): Record<string, string> {
    return {
      'cache-control': 'no-store',
      ...(this.challenge === undefined
        ? { 'retry-after': `${retryAfterSeconds}` }
        : { 'www-authenticate': this.challenge }),
    };
  }

  /** JSON body of the answer, as Pawl's own routes give it. */
  get body(): { readonly error: string } {
    return { error: this.code === 'unavailable' ? 'temporarily_unavailable' : this.code };
  }
}

function challengeOf(code: VerifyErrorCode, reason: VerifyErrorReason, scopes: readonly string[]): string | undefined {
  if (code === 'unavailable') return undefined;
  const error = reason === 'token_missing' ? '' : `, error="${code}"`;
  const scope = scopes.length === 0 ? '' : `, scope="${scopes.join(' ')}"`;
  return `Bearer realm="pawl"${error}${scope}`;
}
