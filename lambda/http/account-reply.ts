import type { AccessTokenClaims } from '../core/access-token.ts';
import type { Session } from '../core/session.ts';
import type { Reply } from './response.ts';

/** An empty success response. */
export function done(claims: AccessTokenClaims, outcome: string, status: 200 | 204 = 200): Reply {
  return { status, body: status === 204 ? undefined : {}, facts: { outcome, ...factsOf(claims) } };
}

/** `GET /auth/sessions`: what a user needs to tell devices apart. Times are in epoch seconds. */
export function sessionsReply(claims: AccessTokenClaims, sessions: readonly Session[]): Reply {
  return {
    status: 200,
    body: {
      sessions: sessions.map((session) => ({
        session_id: session.sessionId,
        client_id: session.clientId,
        device_name: session.deviceName ?? null,
        user_agent: session.userAgent ?? null,
        created_at: Math.floor(session.createdAt / 1000),
        last_used_at: Math.floor(session.rotatedAt / 1000),
        current: session.sessionId === claims.sid,
      })),
    },
    facts: { outcome: 'sessions_listed', ...factsOf(claims) },
  };
}

function factsOf({ sub, sid, client_id }: AccessTokenClaims) {
  return { subject: sub, sessionId: sid, clientId: client_id };
}
