import { bodyCarrier } from './body-carrier.ts';
import { type Platform, systemPlatform } from './platform.ts';
import { basicSession } from './session.ts';
import type { BasicSession, SessionOptions, SessionStorage } from './types.ts';

export { type ErrorCode, SessionError } from './errors.ts';
export { memoryStorage } from './memory-storage.ts';
export type * from './types.ts';

type Options = SessionOptions & { readonly storage: SessionStorage };

/**
 * A session whose refresh token is in the app's own storage: React Native, Node, command lines.
 *
 * @throws TypeError for a `baseUrl` that is not an `https:` or `http:` URL without query and
 *   fragment
 */
export function createSession(options: Options): BasicSession;
/** @internal for tests and simulations */
export function createSession(options: Options, platform?: Platform): BasicSession;
export function createSession(options: Options, platform = systemPlatform): BasicSession {
  return basicSession(options, bodyCarrier(options.storage), platform);
}
