import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { recentLoginMs } from '../core/current-password.ts';
import type { PublicCode, Refusal } from '../core/errors.ts';
import type { TokenSet } from '../core/issue.ts';
import type { LogFacts } from '../log-line.ts';

/** The response of a route. */
export interface Reply {
  readonly status: number;
  /** Serialised as JSON; `undefined` for 204. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  /** Additional fields for the request's log line. */
  readonly facts?: LogFacts;
}

/** Sent with every response, including errors (OWASP ASVS 3.2 to 3.4, 14.3.2). */
const commonHeaders = {
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'content-type': 'application/json; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const;

/** A header of the reply takes precedence. `pragma` is removed if the reply may be cached. */
export function toResult(reply: Reply): APIGatewayProxyStructuredResultV2 {
  const { pragma, ...cacheable } = commonHeaders;
  const base = reply.headers?.['cache-control'] === undefined ? commonHeaders : cacheable;
  return {
    statusCode: reply.status,
    headers: { ...base, ...reply.headers },
    ...(reply.body === undefined ? {} : { body: JSON.stringify(reply.body) }),
    ...(reply.cookies === undefined || reply.cookies.length === 0 ? {} : { cookies: [...reply.cookies] }),
  };
}

/**
 * RFC 6749 §5.1, and draft-ietf-oauth-refresh-token-expiration-03 §3.1. In cookie mode the refresh token is sent only
 * in the cookie.
 */
export function tokenReply(tokens: TokenSet, outcome: string, cookies: readonly string[]): Reply {
  const { session } = tokens;
  const inBody = session.channel === 'body';
  return {
    status: 200,
    body: {
      access_token: tokens.accessToken,
      token_type: tokens.tokenType,
      expires_in: tokens.expiresInSeconds,
      ...(inBody ? { refresh_token: tokens.refreshToken } : {}),
      refresh_token_timeout: tokens.refreshTokenTimeoutSeconds,
      authorization_expires_in: tokens.authorizationExpiresInSeconds,
      scope: tokens.scopes.join(' '),
      session_id: session.sessionId,
    },
    cookies,
    facts: { outcome, subject: session.subject, sessionId: session.sessionId, clientId: session.clientId },
  };
}

const statusOf: Readonly<Partial<Record<PublicCode, number>>> = {
  invalid_client: 401,
  invalid_token: 401,
  insufficient_user_authentication: 401,
  insufficient_scope: 403,
  not_found: 404,
  slow_down: 429,
};

/** RFC 6749 §5.2, with the challenges of RFC 6750 §3, RFC 9470 §3 and RFC 9110 §11.6.1. */
export function refusalReply(refusal: Refusal): Reply {
  const challenge = challengeFor(refusal);
  const wait = refusal.retryAfterSeconds;
  return errorReply(statusOf[refusal.code] ?? 400, refusal.code, refusal.message, {
    ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
    ...(wait === undefined ? {} : { 'retry-after': String(wait) }),
  });
}

function challengeFor({ code, reason }: Refusal): string | undefined {
  // 401 requires a challenge. Browsers respond to Basic with a password dialog, so this is a scheme that no browser knows.
  if (code === 'invalid_client') return 'None realm="pawl"';
  if (code === 'insufficient_user_authentication')
    return `Bearer realm="pawl", error="${code}", max_age="${recentLoginMs / 1000}"`;
  if (code !== 'invalid_token' && code !== 'insufficient_scope') return undefined;
  // A request without a token gets the scheme but no error: RFC 6750 §3.1.
  return reason === 'token_missing' ? 'Bearer realm="pawl"' : `Bearer realm="pawl", error="${code}"`;
}

export function errorReply(
  status: number,
  code: PublicCode,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, body: { error: code, error_description: description }, headers };
}
