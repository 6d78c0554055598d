import { account } from './account.ts';
import { bodyCarrier } from './body-carrier.ts';
import * as cookie from './cookie.ts';
import { memoryStorage } from './memory-storage.ts';
import { type Platform, systemPlatform } from './platform.ts';
import { basicSession } from './session.ts';
import type { Session, SessionOptions, SessionStorage } from './types.ts';

export { type ErrorCode, memoryStorage, SessionError } from './body.ts';
export type * from './types.ts';

type Options = SessionOptions &
  ({ readonly mode: 'cookie' } | { readonly mode: 'body'; readonly storage?: SessionStorage });

/**
 * A login session. `cookie` is for web apps: the refresh token is in an HttpOnly cookie. `body` is for React Native,
 * Node and command lines: the refresh token is in `storage`, by default in memory.
 *
 * @throws TypeError for another `mode`, or a `baseUrl` that is not an `https:` or `http:` URL without query and
 *   fragment
 * @throws SessionError `refused` if page and `baseUrl` use different names of this machine, `localhost` and
 *   `127.0.0.1`
 */
export function createSession(options: Options): Session;
/** @internal for tests and simulations */
export function createSession(options: Options, platform?: Platform): Session;
export function createSession(options: Options, platform = systemPlatform): Session {
  const basic =
    options.mode === 'cookie'
      ? cookie.createSession(options, platform)
      : options.mode === 'body' && basicSession(options, bodyCarrier(options.storage ?? memoryStorage()), platform);
  if (!basic) throw new TypeError(`mode ${(options as Options).mode} is not cookie or body.`);
  return Object.assign(basic, account(basic));
}
