import { invalidGrant } from './errors.ts';
import type { Events } from './events.ts';
import type { Clock } from './ports.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import type { SessionStore } from './session-store.ts';
import { settleAll } from './settle-all.ts';

export interface RevokeTools {
  readonly clock: Clock;
  readonly refreshTokens: RefreshTokens;
  readonly sessions: SessionStore;
  readonly events: Events;
}

/** The result for the token's session. The response is 200 for all three. */
export type Revoked =
  | { readonly outcome: 'revoked' | 'already_dead'; readonly sessionId: string }
  | { readonly outcome: 'unknown_token' };

/**
 * Ends the session of a refresh token of any generation: RFC 7009 §2.1. An unknown token is not an error.
 *
 * @param clientId the client that must own the session; `undefined` for a token from a cookie, which belongs to the
 *   browser and not to a client
 * @throws Refusal `invalid_grant` when the token was issued to another client
 * @throws Unavailable
 */
export async function revoke(tokenText: string, clientId: string | undefined, tools: RevokeTools): Promise<Revoked> {
  const presented = await tools.refreshTokens.read(tokenText);
  if ('refused' in presented) return { outcome: 'unknown_token' };
  const { subject, sessionId } = presented;
  const result = await tools.sessions.revoke(subject, sessionId, 'logged_out', tools.clock.nowMs(), {
    ...(clientId === undefined ? {} : { clientId }),
  });
  if (result.outcome === 'revoked') {
    await tools.events.publish([{ type: 'SessionRevoked', subject, sessionId, reason: 'logged_out' }]);
    return { outcome: 'revoked', sessionId };
  }
  if (clientId !== undefined && result.session?.status === 'active' && result.session.clientId !== clientId)
    throw invalidGrant('client_mismatch', presented);
  return { outcome: 'already_dead', sessionId };
}

/** Ends the sessions of all tokens in the browser, for any client: the logout. @throws Unavailable */
export async function revokeCookies(tokenTexts: readonly string[], tools: RevokeTools): Promise<Revoked> {
  const results = await settleAll(tokenTexts.map((text) => revoke(text, undefined, tools)));
  return (
    results.find(({ outcome }) => outcome === 'revoked') ??
    results.find(({ outcome }) => outcome === 'already_dead') ?? { outcome: 'unknown_token' }
  );
}
