import type { Session } from '../core/session.ts';

/** RFC 6265bis §4.1.3.1: the prefix makes browsers insist on Secure. */
export const refreshCookieName = '__Secure-pawl_rt';

const attributes = 'Path=/auth; Secure; HttpOnly; SameSite=Strict';

/** The refresh cookie; it lasts as long as the session can. */
export function refreshCookie(session: Session, refreshToken: string, nowMs: number): string {
  const maxAgeSeconds = Math.max(0, Math.floor((session.absoluteExpiry - nowMs) / 1000));
  return `${refreshCookieName}=${refreshToken}; Max-Age=${maxAgeSeconds}; ${attributes}`;
}

/** Only logout sends it. */
export const clearedRefreshCookie = `${refreshCookieName}=; Max-Age=0; ${attributes}`;

/** Every value that the request carries under the refresh cookie's name. */
export function refreshCookieValues(cookies: readonly string[]): string[] {
  const start = `${refreshCookieName}=`;
  return cookies.filter((cookie) => cookie.startsWith(start)).map((cookie) => cookie.slice(start.length));
}
