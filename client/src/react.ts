import { useSyncExternalStore } from 'react';
import type { BasicSession, State } from './types.ts';

/**
 * The current state of a session. A server renders `unreachable`, not ready.
 *
 * @param session created once, outside the component
 */
export function useSession(session: BasicSession): { readonly state: State; readonly ready: boolean } {
  const state = useSyncExternalStore(
    session.subscribe,
    () => (session.ready ? session.state : undefined),
    () => undefined,
  );
  return { state: state ?? 'unreachable', ready: !!state };
}
