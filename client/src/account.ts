import { SessionError } from './errors.ts';
import { notNow, type Parts, parts } from './session.ts';
import type { AccountMethods, BasicSession, ChangeResult, Device } from './types.ts';
import { type Answer, accepted, needsPassword, type Sending } from './wire.ts';

/** The methods of the user's account: devices, password, e-mail address. */
export function account(session: BasicSession): AccountMethods {
  const { core, carrier, client } = parts.get(session) as Parts;

  /**
   * Sends a request with the access token, and once more with a new token after a 401. `accept` takes over the response
   * exclusively.
   */
  const asUser = async (path: string, sending: Sending, accept?: (answer: Answer) => Promise<void>) => {
    const send = async (token: string | undefined): Promise<Answer | undefined> => {
      if (!token) throw new SessionError('Not signed in.', 'signed-out');
      const work = async () => {
        const answer = await core.send(path, { ...sending, token });
        if (answer?.ok) await accept?.(answer);
        return answer;
      };
      return accept ? core.exclusive(work) : work();
    };
    const used = (await core.valid(sending.signal))?.token;
    const answer = await send(used);
    // A refresh renews the token, but does not make the login more recent.
    if (answer?.status !== 401 || needsPassword(answer)) return answer;
    return send((await core.refresh(sending.signal, used))?.token);
  };

  const signOut = async () => {
    core.end();
    await carrier.forget();
  };

  const change = async (path: string, values: object, signal: AbortSignal | undefined): Promise<ChangeResult> => {
    const sentAt = core.now();
    const answer = await asUser(path, { body: { ...client, ...values }, signal }, async (changed) => {
      await carrier.keep(changed.body);
      // The response has new tokens; all older copies are invalid.
      if (changed.body.access_token) core.commit('login', changed, sentAt);
    });
    if (answer?.ok) return { outcome: 'changed' };
    if (answer?.body.error === 'access_denied') return { outcome: 'wrong-password' };
    if (answer?.body.error === 'invalid_request') {
      return { outcome: 'not-accepted', description: answer.body.error_description as string };
    }
    return notNow(answer, 'The change failed.');
  };

  return {
    logoutEverywhere: async ({ keepCurrent, currentPassword, signal } = {}) => {
      const body = { keep_current: keepCurrent, current_password: currentPassword };
      const accept = keepCurrent ? undefined : signOut;
      accepted(await asUser('/auth/revoke-all', { body, signal }, accept));
    },
    sessions: async (call) => {
      const answer = await asUser('/auth/sessions', { method: 'GET', signal: call?.signal });
      return (accepted(answer, 'The list failed.').body.sessions as object[]).map(camelCase) as unknown as Device[];
    },
    endSession: async (sessionId, call) => {
      const body = call?.currentPassword ? { current_password: call.currentPassword } : undefined;
      const accept = core.current()?.sessionId === sessionId ? signOut : undefined;
      const answer = await asUser(
        `/auth/sessions/${encodeURIComponent(sessionId)}`,
        { method: 'DELETE', body, signal: call?.signal },
        accept,
      );
      if (answer?.status !== 404) accepted(answer);
    },
    changePassword: ({ currentPassword, newPassword, signal }) =>
      change('/auth/password', { current_password: currentPassword, new_password: newPassword }, signal),
    changeEmail: ({ currentPassword, email, signal }) =>
      change('/auth/email', { current_password: currentPassword, email }, signal),
  };
}

/** `created_at` in seconds becomes `createdAt` in milliseconds; the other members keep their values. */
const camelCase = (item: object) =>
  Object.fromEntries(
    Object.entries(item).map(([key, value]) => [
      key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      key.endsWith('_at') ? value * 1_000 : value,
    ]),
  );
