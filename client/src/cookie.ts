import { cookieCarrier } from './cookie-carrier.ts';
import { SessionError } from './errors.ts';
import { type Platform, systemPlatform } from './platform.ts';
import { basicSession } from './session.ts';
import type { BasicSession, SessionOptions } from './types.ts';

export { type ErrorCode, SessionError } from './errors.ts';
export type * from './types.ts';

/**
 * A session whose refresh token is in an HttpOnly cookie: web apps.
 *
 * @throws TypeError for a `baseUrl` that is not an `https:` or `http:` URL without query and
 *   fragment
 * @throws SessionError `refused` if page and `baseUrl` use different names of this machine, `localhost` and
 *   `127.0.0.1`
 */
export function createSession(options: SessionOptions): BasicSession;
/** @internal for tests and simulations */
export function createSession(options: SessionOptions, platform?: Platform): BasicSession;
export function createSession(options: SessionOptions, platform = systemPlatform): BasicSession {
  const session = basicSession(options, cookieCarrier, platform);
  const page = platform.pageHost();
  const service = new URL(options.baseUrl).hostname;
  const local = /^(localhost|127\.|\[)/;
  // Different sites to a browser: it would silently drop the SameSite=Strict cookie.
  if (page && page !== service && local.test(page) && local.test(service)) {
    throw new SessionError(`baseUrl: use ${page}, as the page does, not ${service}.`, 'refused');
  }
  return session;
}
