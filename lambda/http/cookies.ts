import type { Session } from '../core/session.ts';
import type { HttpRequest } from './request.ts';

/** RFC 6265bis §4.1.3.1: the prefix makes browsers insist on Secure. ADR 0040 says why it is not `__Host-`. */
export const refreshCookieName = '__Secure-pawl_rt';

/** The host and path that the service's cookie belongs to, as browsers see them. */
export interface CookieScope {
  /** `auth.example.com` */
  readonly host: string;
  /** `/auth`, or `/v1/auth` if the routes are under a base path. */
  readonly path: string;
}

/** @param baseUrl public URL of the service, without a trailing slash */
export function cookieScope(baseUrl: string): CookieScope {
  const { hostname, pathname } = new URL(baseUrl);
  return { host: hostname, path: `${pathname.replace(/\/$/, '')}/auth` };
}

/** The refresh cookie. Its Max-Age is the longest possible lifetime of the session. */
export function refreshCookie(session: Session, refreshToken: string, nowMs: number, { path }: CookieScope): string {
  const maxAgeSeconds = Math.max(0, Math.floor((session.absoluteExpiry - nowMs) / 1000));
  return `${refreshCookieName}=${refreshToken}; Max-Age=${maxAgeSeconds}; ${attributes(path)}`;
}

/** Sent by logout only. */
export function clearedRefreshCookie({ path }: CookieScope): string {
  return `${refreshCookieName}=; Max-Age=0; ${attributes(path)}`;
}

const attributes = (path: string) => `Path=${path}; Secure; HttpOnly; SameSite=Strict`;

/** All values in the request under the refresh cookie's name. */
export function refreshCookieValues(cookies: readonly string[]): string[] {
  const start = `${refreshCookieName}=`;
  return cookies.filter((cookie) => cookie.startsWith(start)).map((cookie) => cookie.slice(start.length));
}

/** Maximum number of `Set-Cookie` lines that clear foreign cookies: they share the gateway's 10 KB of headers. */
const maxClearings = 48;

/**
 * Clears every cookie of this name that reaches this route and is not ours. Browsers identify cookies by name, domain,
 * path and partition (RFC 6265bis §5.7), so every combination that a sibling subdomain can set is listed.
 *
 * @param ours `stays`: the response may leave our cookie as it is, so nothing is sent unless there are several
 *   cookies; `follows`: the response sets or clears our cookie in a later line
 */
export function clearForeignCookies(request: HttpRequest, scope: CookieScope, ours: 'stays' | 'follows'): string[] {
  const carried = refreshCookieValues(request.cookies).length;
  if (carried === 0 || (carried === 1 && ours === 'stays')) return [];
  const paths = pathsTo(`${scope.path}${request.path.slice(request.path.lastIndexOf('/'))}`);
  const host = request.headers.host?.replace(/:\d+$/, '').toLowerCase() ?? '';
  const foreign = [...new Set([...parentDomains(scope.host), ...parentDomains(host)])].flatMap((domain) =>
    paths.map((path) => `Domain=${domain}; Path=${path}`),
  );
  // Two cookies of one name: the other may also be from this host, for example from before its base path changed.
  const own = carried > 1 ? paths.filter((path) => path !== scope.path).map((path) => `Path=${path}`) : [];
  // Under RFC 6265, unlike its successor, this one is ours.
  const twin = `Domain=${scope.host}; Path=${scope.path}`;
  return [...foreign, ...own]
    .filter((place) => ours === 'follows' || place !== twin)
    .flatMap((place) => [`${place}; Secure`, `${place}; Secure; Partitioned`])
    .slice(0, maxClearings)
    .map((place) => `${refreshCookieName}=; Max-Age=0; ${place}`);
}

/** The host and its parent domains on which a cookie can be set. An IP address and `localhost` have none. */
function parentDomains(host: string): readonly string[] {
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host) || /\.\d+$/.test(host)) return [];
  const labels = host.split('.');
  return labels.slice(0, -1).map((_, from) => labels.slice(from).join('.'));
}

/** Every cookie path that matches a request path: RFC 6265 §5.1.4. */
function pathsTo(requestPath: string): readonly string[] {
  const segments = requestPath.split('/').slice(1);
  const prefixes = segments.map((_, index) => `/${segments.slice(0, index + 1).join('/')}`);
  return [
    '/',
    ...prefixes.flatMap((prefix, index) => (index === segments.length - 1 ? [prefix] : [prefix, `${prefix}/`])),
  ];
}
