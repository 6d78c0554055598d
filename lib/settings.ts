/** Settings, as props of `TokenService`, or as `-c key=value` of `cdk deploy` and `npm start`. */
export interface Settings {
  /**
   * Lifetime of an access token in seconds, 5 to 3,600.
   * @default 600
   */
  readonly accessTokenTtlSeconds?: number;
  /**
   * Idle timeout, in seconds: a session without a refresh for this long ends. Greater than the floor, at most the
   * absolute lifetime.
   *
   * @default 1,209,600 (14 days)
   */
  readonly refreshIdleTtlSeconds?: number;
  /**
   * Absolute lifetime of a session, in seconds, counted from the login. At most 400 days, the longest that browsers
   * keep a cookie.
   *
   * @default 7,776,000 (90 days)
   */
  readonly refreshAbsoluteTtlSeconds?: number;
  /**
   * Grace window, in seconds, 0 to 600: how long after a rotation the old refresh token still returns its successor. 0
   * means strict rotation.
   *
   * @default 30
   */
  readonly graceSeconds?: number;
  /**
   * Minimum time between two rotations of a session, in seconds. Lower values than the default are rejected, because a
   * late response could overwrite a newer cookie; with `graceSeconds` 0 it is 0.
   *
   * @default graceSeconds + the refresh function's timeout + 10
   */
  readonly rotationFloorSeconds?: number;
  /**
   * Maximum number of live sessions per user, 1 to 1,000. A login above it ends the least recently used session.
   *
   * @default 50
   */
  readonly maxSessionsPerUser?: number;
  /**
   * How long API Gateway caches an authorizer decision, in seconds, 0 to 3,600. A cached decision outlives the token's
   * `exp`, is shared by all routes of the authorizer, and includes refusals.
   *
   * @default 0
   */
  readonly authorizerCacheSeconds?: number;
  /**
   * Your limit for the time between a revocation and the last use of an access token, in seconds, up to 86,400. Synth
   * fails when `accessTokenTtlSeconds + authorizerCacheSeconds` exceeds it.
   *
   * @default 900
   */
  readonly maxRevocationDelaySeconds?: number;
  /**
   * Ends every session created before this instant. Required after a restore. Epoch seconds, or an ISO 8601 instant
   * with a time zone as text (`2025-01-31T12:00:00Z`). Must not be in the future, because that would end new sessions
   * too.
   *
   * @default 0
   */
  readonly sessionsNotBefore?: number | string;
  /**
   * Password attempts per source address in ten minutes, 10 to 100,000. Correct passwords are refunded. Raise it for a
   * school or an office whose users share an address.
   *
   * @default 100
   */
  readonly triesPerAddress?: number;
  /**
   * The same for devices that have signed in before and for live sessions, which `triesPerAddress` does not limit. At
   * least `triesPerAddress`.
   *
   * @default 10 times triesPerAddress
   */
  readonly knownTriesPerAddress?: number;
  /**
   * Header in which your proxy sends the client's address, such as `CloudFront-Viewer-Address`. Trusted only together
   * with the stack's secret (`trustedProxySecret`) in the header `x-pawl-proxy-secret`. Otherwise, attempts count under
   * the address that API Gateway sees.
   *
   * @default none: headers are ignored
   */
  readonly trustedProxy?: string;
  /**
   * Concurrent executions that Lambda reserves for logins, 0 to 1,000; also their limit, so that hashing does not
   * starve refreshes. 0 reserves none. Lambda keeps 100 of an account's quota unreserved, so the quota must be at least
   * 100 higher; a new account may have a quota of 10. The gateway's burst of logins is capped at this value.
   *
   * @default 0
   */
  readonly loginReservedConcurrency?: number;
  /**
   * Rotation period of signing keys and ratchet keys, 1 to 365 days. Old keys are kept until their tokens expire, so a
   * short period together with a long `refreshAbsoluteTtlSeconds` may be rejected.
   *
   * @default 30
   */
  readonly keyRotationDays?: number;
  /**
   * Log a line for every call that the authorizer allows, with subject and session. By default, one line counts up to
   * 1,000 allowed calls, and only refusals get a line each. About $0.33 per million calls.
   *
   * @default false
   */
  readonly logAllowedCalls?: boolean;
  /**
   * Add the dashboard, and the alarms that identify a cause (the table, single functions). About $4.80 a month.
   *
   * @default false: only the alarms on user-visible errors, stolen tokens, keys and lost work
   */
  readonly detailedMonitoring?: boolean;
  /**
   * Exact origins of web apps (`https://app.example.com`); http only for localhost and 127.0.0.1. Enables CORS and
   * cookie mode. As text: separated by commas or spaces.
   *
   * @default none
   */
  readonly allowedOrigins?: string[];
  /**
   * Request headers that web apps may send to the API's routes, besides `authorization` and `content-type`. As text:
   * separated by commas or spaces.
   * @default none
   */
  readonly allowedHeaders?: string[];
  /**
   * Methods that web apps may use, besides those of routes that the same CDK app adds to the API. As text: separated by
   * commas or spaces.
   *
   * @default none
   */
  readonly allowedMethods?: string[];
  /**
   * Response headers that web apps may read, besides `retry-after` and `www-authenticate`. As text: separated by commas
   * or spaces.
   * @default none
   */
  readonly exposedHeaders?: string[];
  /**
   * Allowed client ids, at most 1,024 characters in total. Others get `invalid_client`. A request without `client_id`
   * uses `default`. As text: separated by commas or spaces.
   *
   * @default any client id
   */
  readonly clients?: string[];
  /**
   * Public https URL of the API, with its base path if there is one (`https://api.example.com/v1`) and without a
   * trailing slash. The metadata, the cookie path and `issuer` follow from it.
   *
   * @default `issuer`, else `https://<domainName>`, else the API's own URL
   */
  readonly publicUrl?: string;
  /**
   * The `iss` of access tokens and of the metadata (RFC 8414 §2): an https URL without a trailing slash. Verifiers
   * fetch the keys from `<issuer>/.well-known/jwks.json`.
   *
   * @default `publicUrl`
   */
  readonly issuer?: string;
  /**
   * The `aud` of access tokens (RFC 9068 §2.2).
   * @default the issuer
   */
  readonly audience?: string;
  /**
   * Custom domain name of the API, together with `certificateArn`. Cookie mode needs one on the same site as the web
   * app.
   *
   * @default none
   */
  readonly domainName?: string;
  /**
   * ARN of an ACM certificate for `domainName`, in the stack's region.
   * @default none
   */
  readonly certificateArn?: string;
}
