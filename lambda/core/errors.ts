/** Public error codes: RFC 6749 §5.2, RFC 7009 §2.2.1, RFC 6750 §3.1, RFC 9470 §3, and three of our own. */
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

/** Private reasons for log and metrics. A closed list: no value from a request can appear in it. */
export type PrivateReason =
  | 'request_malformed'
  | 'origin_refused'
  | 'cookies_ambiguous'
  | 'client_unknown'
  | 'client_authentication'
  | 'scope_unknown'
  | 'password_wrong'
  | 'hash_unusable'
  | 'password_expired'
  | 'password_refused'
  | 'email_taken'
  | 'name_taken'
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
  | 'issuer_mismatch'
  | 'audience_mismatch'
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
  | 'migrate_unavailable'
  | 'migrate_refused'
  | 'migrate_failed'
  | 'migrate_answer_malformed'
  | 'unexpected';

/** Whom a refusal concerns, for the log; set only once a token or a password was found genuine. */
export interface About {
  readonly subject?: string;
  readonly sessionId?: string;
}

/** A refusal: the client gets the code, the log gets the reason. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: PublicCode;
  readonly reason: PrivateReason;
  readonly retryAfterSeconds: number | undefined;
  readonly about: About;

  /**
   * @param description for the client's developer; a fixed text without values from the request
   * @param details how long to wait before the next attempt, if waiting helps; whom the refusal concerns
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

/** Nothing was decided, and the same request may be repeated. Becomes 503 with Retry-After. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly reason: PrivateReason;

  constructor(reason: PrivateReason, options?: { cause: unknown }) {
    super(`unavailable: ${reason}`, options);
    this.reason = reason;
  }
}

/**
 * A permanent server fault: the same request fails until an operator fixes the cause. Becomes 500 without Retry-After.
 * The session is unchanged.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly reason: PrivateReason;
  readonly about: About;
  /** Key and invalid attribute of the broken item; never the attribute's value. */
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

/** The refusal of a refresh, identical for every reason. */
export function invalidGrant(reason: PrivateReason, about: About = {}): Refusal {
  return new Refusal('invalid_grant', reason, 'The refresh token is not valid.', about);
}
