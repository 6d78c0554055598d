import { invalidGrant } from './errors.ts';
import type { Events } from './events.ts';
import type { Clock, Codec, Crypto, RatchetKeys, SessionStore } from './ports.ts';
import { readPresented } from './present.ts';
import { settleAll } from './settle-all.ts';

export interface RevokeTools {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly codec: Codec;
  readonly ratchetKeys: RatchetKeys;
  readonly sessions: SessionStore;
  readonly events: Events;
}

/** What became of the token's session; to the client all three are 200. */
export type Revoked =
  | { readonly outcome: 'revoked' | 'already_dead'; readonly sessionId: string }
  | { readonly outcome: 'unknown_token' };

/**
 * Ends the session of a refresh token of any generation: RFC 7009 §2.1. A token nobody knows is no error.
 *
 * @param clientId the client that must own the session; `undefined` where the token came in a browser's cookie, which
 *   goes with the browser and not with a client
 * @throws Refusal `invalid_grant` when the token was issued to another client
 * @throws Unavailable
 */
export async function revoke(tokenText: string, clientId: string | undefined, tools: RevokeTools): Promise<Revoked> {
  const presented = await readPresented(tokenText, tools);
  if ('refused' in presented) return { outcome: 'unknown_token' };
  const { subject, sessionId } = presented.token;
  const result = await tools.sessions.revoke(subject, sessionId, 'logged_out', tools.clock.nowMs(), {
    ...(clientId === undefined ? {} : { clientId }),
  });
  if (result.outcome === 'revoked') {
    await tools.events.publish([{ type: 'SessionRevoked', subject, sessionId, reason: 'logged_out' }]);
    return { outcome: 'revoked', sessionId };
  }
  if (clientId !== undefined && result.session?.status === 'active' && result.session.clientId !== clientId)
    throw invalidGrant('client_mismatch', presented.token);
  return { outcome: 'already_dead', sessionId };
}

/** Ends the sessions of all tokens that a browser holds, whoever opened them: the logout. @throws Unavailable */
export async function revokeCookies(tokenTexts: readonly string[], tools: RevokeTools): Promise<Revoked> {
  const results = await settleAll(tokenTexts.map((text) => revoke(text, undefined, tools)));
  return (
    results.find(({ outcome }) => outcome === 'revoked') ??
    results.find(({ outcome }) => outcome === 'already_dead') ?? { outcome: 'unknown_token' }
  );
}
