/** What a client hears: RFC 6749 §5.2, RFC 7009 §2.2.1, RFC 6750 §3.1, RFC 9470 §3, and three of ours. */
export type PublicCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'unsupported_token_type'
  | 'access_denied'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'not_found'
  | 'slow_down'
  | 'server_error'
  | 'temporarily_unavailable';

/** What the log and the metrics hear. A closed list: no value of a request can get in. */
export type PrivateReason =
  | 'request_malformed'
  | 'origin_refused'
  | 'cookies_ambiguous'
  | 'client_unknown'
  | 'client_authentication'
  | 'scope_unknown'
  | 'password_wrong'
  | 'password_refused'
  | 'email_taken'
  | 'login_too_old'
  | 'account_throttled'
  | 'address_throttled'
  | 'user_unknown'
  | 'user_disabled'
  | 'token_missing'
  | 'token_malformed'
  | 'token_forged'
  | 'token_expired'
  | 'token_impossible'
  | 'token_reused'
  | 'token_type'
  | 'session_unknown'
  | 'session_revoked'
  | 'session_expired'
  | 'session_too_old'
  | 'client_mismatch'
  | 'channel_mismatch'
  | 'key_mismatch'
  | 'account_dead'
  | 'store_unavailable'
  | 'store_throttled'
  | 'store_refused'
  | 'item_broken'
  | 'session_id_taken'
  | 'condition_unexplained'
  | 'race_lost'
  | 'keys_unavailable'
  | 'keys_unseen'
  | 'signing_key_broken'
  | 'ratchet_key_gone'
  | 'successor_mismatch'
  | 'claims_unsignable'
  | 'claims_too_large'
  | 'users_unavailable'
  | 'users_refused'
  | 'users_failed'
  | 'users_answer_malformed'
  | 'users_subject_unstable'
  | 'unexpected';

/** Whom a refusal concerns, for the log; known only once a token or a password was genuine. */
export interface About {
  readonly subject?: string;
  readonly sessionId?: string;
}

/** A refusal: the client is told the code, the log the reason. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: PublicCode;
  readonly reason: PrivateReason;
  readonly retryAfterSeconds: number | undefined;
  readonly about: About;

  /**
   * @param description for the client's developer; fixed text that holds nothing of the request's values
   * @param details how long to wait before the next try, where waiting helps; whom it concerns
   */
  constructor(
    code: PublicCode,
    reason: PrivateReason,
    description: string,
    details: About & { readonly retryAfterSeconds?: number } = {},
  ) {
    super(description);
    this.code = code;
    this.reason = reason;
    const { retryAfterSeconds, subject, sessionId } = details;
    this.retryAfterSeconds = retryAfterSeconds;
    this.about = { ...(subject === undefined ? {} : { subject }), ...(sessionId === undefined ? {} : { sessionId }) };
  }
}

/** Nothing was decided: the same request may be sent again. Becomes 503 with Retry-After. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly reason: PrivateReason;

  constructor(reason: PrivateReason, options?: { cause: unknown }) {
    super(`unavailable: ${reason}`, options);
    this.reason = reason;
  }
}

/**
 * A fault of ours that lasts until an operator mends it: the same request fails again. Becomes 500, which asks for no
 * retry. The session stays as it was.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly reason: PrivateReason;
  readonly about: About;
  /** Key of the broken item and the attribute that is wrong; never what the attribute holds. */
  readonly item: string | undefined;

  constructor(
    reason: PrivateReason,
    details: About & { readonly item?: string } = {},
    options?: { readonly cause: unknown },
  ) {
    super(`fault: ${reason}`, options);
    this.reason = reason;
    const { subject, sessionId, item } = details;
    this.about = { ...(subject === undefined ? {} : { subject }), ...(sessionId === undefined ? {} : { sessionId }) };
    this.item = item;
  }
}

/** The one refusal of a refresh: whatever the reason, it sounds the same. */
export function invalidGrant(reason: PrivateReason, about: About = {}): Refusal {
  return new Refusal('invalid_grant', reason, 'The refresh token is not valid.', about);
}
