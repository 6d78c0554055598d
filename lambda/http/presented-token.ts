import { Refusal } from '../core/errors.ts';
import { genuineTokens } from '../core/present.ts';
import type { RefreshTokens } from '../core/refresh-tokens.ts';
import type { Session } from '../core/session.ts';
import { refreshCookieValues } from './cookies.ts';
import type { Params } from './params.ts';
import { type HttpRequest, malformed } from './request.ts';

/** A refresh token and the channel it arrived on. */
export interface PresentedToken {
  readonly text: string;
  readonly channel: Session['channel'];
}

/** What is needed to find the refresh token and to authenticate it. */
export interface CookieTools {
  readonly refreshTokens: RefreshTokens;
  readonly allowedOrigins: readonly string[];
}

/** Far above any real token: a longer value is a mistake, and the error says so. */
const maxLength = 2048;

/**
 * The refresh token of a request, from the named parameter or from the cookie.
 *
 * @throws Refusal if there is none, or a genuine one in each place; for a cookie without its CSRF proof; and for
 *   cookies of several sessions
 * @throws Unavailable
 */
export async function presentedToken(
  request: HttpRequest,
  params: Params,
  parameter: string,
  tools: CookieTools,
): Promise<PresentedToken> {
  const inBody = await tokenInBody(request, params, parameter, tools);
  if (inBody !== undefined) return { text: inBody, channel: 'body' };
  const inCookies = refreshCookies(request);
  if (inCookies.length === 0) throw malformed(`${parameter} is missing.`);
  requireTrustedOrigin(request, params, tools.allowedOrigins);
  return { text: await chooseCookie(inCookies, tools.refreshTokens), channel: 'cookie' };
}

/** What a logout ends: the token in the body, or every token in a cookie, possibly none. @throws as above */
export async function tokensToRevoke(
  request: HttpRequest,
  params: Params,
  tools: CookieTools,
): Promise<{ channel: 'body'; text: string } | { channel: 'cookie'; texts: readonly string[] }> {
  const inBody = await tokenInBody(request, params, 'token', tools);
  if (inBody !== undefined) return { channel: 'body', text: inBody };
  const texts = refreshCookies(request);
  if (texts.length === 0 && request.headers.origin === undefined) throw malformed('token is missing.');
  requireTrustedOrigin(request, params, tools.allowedOrigins);
  return { channel: 'cookie', texts };
}

/** Cookies that a third party may have planted do not block a token in the body. */
async function tokenInBody(request: HttpRequest, params: Params, parameter: string, tools: CookieTools) {
  const inBody = params.optionalText(parameter, maxLength);
  if (inBody !== undefined && (await genuineTokens(refreshCookies(request), tools.refreshTokens)).length > 0) {
    throw malformed('The refresh token is in the body and in a cookie.');
  }
  return inBody;
}

/** All values that may be the refresh token, without duplicates: ADR 0040. */
export function refreshCookies(request: HttpRequest): readonly string[] {
  return [...new Set(refreshCookieValues(request.cookies))].filter((value) => value !== '');
}

/** The genuine cookie among several. If none is genuine, any of them, because it will be refused for that reason. */
async function chooseCookie(values: readonly string[], refreshTokens: RefreshTokens): Promise<string> {
  const [first = '', ...others] = values;
  if (others.length === 0) return first;
  const [genuine, ...more] = await genuineTokens(values, refreshTokens);
  // One of them may be an attacker's own session. Which one is unknown, and a wrong choice would go unnoticed.
  if (more.length > 0) {
    const description = 'The request has refresh cookies of several sessions. Log in again.';
    throw new Refusal('invalid_request', 'cookies_ambiguous', description);
  }
  return genuine?.text ?? first;
}

/**
 * What a cookie request must prove: an allowed Origin, and a content type that a page of another site cannot send
 * without a preflight.
 *
 * @throws Refusal
 */
export function requireTrustedOrigin(request: HttpRequest, params: Params, allowedOrigins: readonly string[]): void {
  const { origin } = request.headers;
  if (params.format !== 'json' || origin === undefined || !allowedOrigins.includes(origin)) {
    const description = 'Cookie mode requires a JSON body and an Origin header listed in allowedOrigins.';
    throw new Refusal('invalid_request', 'origin_refused', description);
  }
}
