import { bodyCarrier } from './body-carrier.ts';
import { systemPlatform } from './platform.ts';
import { basicSession } from './session.ts';
import type { BasicSession, SessionOptions, SessionStorage } from './types.ts';

export { type ErrorCode, SessionError } from './errors.ts';
export { memoryStorage } from './memory-storage.ts';
export type * from './types.ts';

/** A session whose refresh token is in the app's own storage: React Native, Node, command lines. */
export function createSession(
  options: SessionOptions & { readonly storage: SessionStorage },
  platform = systemPlatform,
): BasicSession {
  return basicSession(options, bodyCarrier(options.storage), platform);
}
