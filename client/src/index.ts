import { account } from './account.ts';
import * as body from './body.ts';
import * as cookie from './cookie.ts';
import { systemPlatform } from './platform.ts';
import type { Session, SessionOptions, SessionStorage } from './types.ts';

export { type ErrorCode, memoryStorage, SessionError } from './body.ts';
export type * from './types.ts';

/**
 * A login session. `cookie` is for web apps: the refresh token is in an HttpOnly cookie. `body` is for React Native,
 * Node and command lines: the refresh token is in `storage`, by default in memory.
 *
 * @throws SessionError `refused` if page and `baseUrl` use different names of this machine, `localhost` and
 *   `127.0.0.1`
 */
export function createSession(
  options: SessionOptions &
    ({ readonly mode: 'cookie' } | { readonly mode: 'body'; readonly storage?: SessionStorage }),
  platform = systemPlatform,
): Session {
  const basic =
    options.mode === 'cookie'
      ? cookie.createSession(options, platform)
      : body.createSession({ ...options, storage: options.storage ?? body.memoryStorage() }, platform);
  return Object.assign(basic, account(basic));
}
