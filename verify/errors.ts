/** Why a request is refused, for the caller: RFC 6750 §3.1. */
export type VerifyErrorCode = 'invalid_token' | 'insufficient_scope';

/** The reason, for your log. Send only the code to the caller: the reason would help an attacker who forges tokens. */
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
  | 'scope_missing';

const statusOf = { invalid_token: 401, insufficient_scope: 403 } as const;

/** Frameworks may send an error's message to the caller, so it says no more than the code. */
const messageOf: Readonly<Record<VerifyErrorCode, string>> = {
  invalid_token: 'A valid access token is required.',
  insufficient_scope: 'The access token lacks a scope.',
};

/** How long a caller should wait: the pause after a failed request for keys. */
const retryAfterSeconds = 10;

/** A refusal. It holds nothing of the token. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';
  readonly code: VerifyErrorCode;
  readonly reason: VerifyErrorReason;
  /** HTTP status of the answer. */
  readonly status: 401 | 403;
  /** Value of `WWW-Authenticate` (RFC 6750 §3). A request without a token gets no `error`, as RFC 6750 §3.1 asks. */
  readonly challenge: string;

  /** @param scopes what the route needs, for `insufficient_scope` */
  constructor(code: VerifyErrorCode, reason: VerifyErrorReason, scopes: readonly string[] = []) {
    super(messageOf[code]);
    this.code = code;
    this.reason = reason;
    this.status = statusOf[code];
    this.challenge = challengeOf(code, reason, scopes);
  }

  /** Headers of the answer: `www-authenticate`; never to be cached. */
  get headers(): Record<string, string> {
    return { 'cache-control': 'no-store', 'www-authenticate': this.challenge };
  }

  /** JSON body of the answer, as Pawl's own routes give it. */
  get body(): { readonly error: string } {
    return { error: this.code };
  }
}

/**
 * The issuer's keys are unavailable, so nothing was decided and the token may be valid. Not a {@link VerifyError}, so
 * that code which answers those with 401 does not sign out valid users. `cause` has the reason.
 */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
  readonly code = 'unavailable';
  readonly reason = 'keys_unavailable';
  /** HTTP status of the answer. */
  readonly status = 503;

  constructor(cause: unknown) {
    super('Access tokens cannot be verified at the moment.', { cause });
  }

  /** Headers of the answer: `retry-after`; never to be cached. */
  get headers(): Record<string, string> {
    return { 'cache-control': 'no-store', 'retry-after': `${retryAfterSeconds}` };
  }

  /** JSON body of the answer, as Pawl's own routes give it. */
  get body(): { readonly error: string } {
    return { error: 'temporarily_unavailable' };
  }
}

function challengeOf(code: VerifyErrorCode, reason: VerifyErrorReason, scopes: readonly string[]): string {
  const error = reason === 'token_missing' ? '' : `, error="${code}"`;
  const scope = scopes.length === 0 ? '' : `, scope="${scopes.join(' ')}"`;
  return `Bearer realm="pawl"${error}${scope}`;
}
