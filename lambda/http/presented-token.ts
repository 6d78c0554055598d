import { Refusal } from '../core/errors.ts';
import type { Session } from '../core/session.ts';
import { refreshCookieValues } from './cookies.ts';
import type { Params } from './params.ts';
import { type HttpRequest, malformed } from './request.ts';

/** A refresh token and the way it came. */
export interface PresentedToken {
  readonly text: string;
  readonly channel: Session['channel'];
}

/** Far above any real token: what is longer is a mistake, and is told so. */
const maxLength = 2048;

/**
 * The refresh token of a request, from the named parameter or from the cookie.
 *
 * @throws Refusal when there is none, one in each place, or two cookies; and for a cookie without its CSRF proof
 */
export function presentedToken(
  request: HttpRequest,
  params: Params,
  parameter: string,
  allowedOrigins: readonly string[],
): PresentedToken {
  const inBody = params.optionalText(parameter, maxLength);
  const inCookie = refreshCookie(request);
  if (inBody !== undefined && inCookie !== undefined) {
    throw malformed('The refresh token is in the body and in a cookie.');
  }
  if (inBody !== undefined) return { text: inBody, channel: 'body' };
  if (inCookie === undefined) throw malformed(`${parameter} is missing.`);
  requireTrustedOrigin(request, params, allowedOrigins);
  return { text: inCookie, channel: 'cookie' };
}

/** The request's refresh cookie, empty ones aside. @throws Refusal when there are two */
export function refreshCookie(request: HttpRequest): string | undefined {
  const [value, ...more] = refreshCookieValues(request.cookies);
  if (more.length > 0) throw malformed('There are two refresh cookies.');
  return value === '' ? undefined : value;
}

/**
 * What a cookie request must prove: an allowed Origin, and a content type that no page of another site can send
 * without a preflight.
 *
 * @throws Refusal
 */
export function requireTrustedOrigin(request: HttpRequest, params: Params, allowedOrigins: readonly string[]): void {
  const { origin } = request.headers;
  if (params.format !== 'json' || origin === undefined || !allowedOrigins.includes(origin)) {
    const description = 'Cookie requests need JSON and an Origin that the service allows.';
    throw new Refusal('invalid_request', 'origin_refused', description);
  }
}
