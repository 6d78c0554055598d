import type { Row } from '../frame/output.ts';
import type { SeenSession } from './live.ts';

const iso = (epochMs: number): string => new Date(epochMs).toISOString();

/** A session as lists show it. Times are UTC. */
export function sessionRow({ session, state }: SeenSession): Row {
  const { sessionId, clientId, deviceName, createdAt, rotatedAt } = session;
  return { sessionId, state, clientId, deviceName, loggedInAt: iso(createdAt), lastUsedAt: iso(rotatedAt) };
}

/** All stored fields of a session, without secrets and their hashes. */
export function sessionDetails(seen: SeenSession): Row {
  const { subject, channel, userAgent, generation, scopes, absoluteExpiry } = seen.session;
  const expiresAt = iso(Math.min(absoluteExpiry, seen.idleExpiry));
  return {
    ...sessionRow(seen),
    ...{ subject, channel, userAgent, generation, scopes },
    ...(seen.state === 'live' && { expiresAt, endsAtTheLatest: iso(absoluteExpiry) }),
    ...(seen.endedAt !== undefined && { endedAt: iso(seen.endedAt) }),
  };
}
