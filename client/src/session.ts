import type { Carrier } from './carrier.ts';
import { openCore } from './core.ts';
import type { Core } from './core-type.ts';
import { fetchWith } from './fetch.ts';
import { systemPlatform } from './platform.ts';
import type { BasicSession, NotNow, SessionOptions } from './types.ts';
import { type Answer, accepted, failed, isTransient } from './wire.ts';

/** Additional dependencies of the account methods. */
export interface Parts {
  readonly core: Core;
  readonly carrier: Carrier;
  readonly client: object;
}

export const parts = new WeakMap<BasicSession, Parts>();

/**
 * The session itself: tokens, login, logout.
 *
 * @throws TypeError for a `baseUrl` or an API origin that is not a URL, or a `baseUrl` with a query or a fragment
 */
export function basicSession(options: SessionOptions, carrier: Carrier, platform = systemPlatform): BasicSession {
  // A browser would resolve another text as a path of the page, or treat the host as a scheme. Paths are appended to it.
  const baseUrl = options.baseUrl.match(/^(https?:\/\/[^?#]+?)\/*$/i)?.[1];
  if (!baseUrl) throw new TypeError(`baseUrl ${options.baseUrl} is not an http(s) URL.`);
  const core = openCore(baseUrl, options, carrier, platform);
  const client = { client_id: options.clientId };
  const session: BasicSession = {
    get state() {
      return core.known() ?? 'unreachable';
    },
    get ready() {
      return !!core.known();
    },
    get loginEndsAt() {
      return core.current()?.loginEndsAt;
    },
    get idleEndsAt() {
      return core.current()?.idleEndsAt;
    },
    subscribe: core.subscribe,
    accessToken: async (call) => (await core.valid(call?.signal))?.token,
    fetch: fetchWith(core, baseUrl, options.apiOrigins, platform),
    login: ({ username, password, deviceName, signal }) =>
      core.exclusive(async () => {
        const sentAt = core.now();
        // The service does not slow down a known device when attackers guess the password.
        const earlier = await carrier.present('refresh_token');
        const channel = carrier.cookie ? 'cookie' : 'body';
        const body = { username, password, channel, device_name: deviceName, ...client, ...earlier };
        const answer = await core.send('/auth/login', { body, signal });
        if (answer?.body.access_token) {
          await carrier.keep(answer.body);
          return { outcome: 'signed-in', sessionId: core.commit('login', answer, sentAt).sessionId };
        }
        if (answer?.body.error === 'invalid_grant') return { outcome: 'wrong-credentials' };
        return notNow(answer, 'The login failed.');
      }),
    logout: (call) =>
      core.exclusive(async () => {
        const held = await carrier.present('token');
        if (held) accepted(await core.send('/auth/revoke', { body: { ...client, ...held }, signal: call?.signal }));
        // The session has ended, even if the storage fails.
        core.end();
        await carrier.forget();
      }),
  };
  parts.set(session, { core, carrier, client });
  return session;
}

export const notNow = (answer: Answer | undefined, what: string): NotNow => {
  if (answer?.status === 429) return { outcome: 'slow-down', retryAfterSeconds: answer.wait || 1 };
  if (isTransient(answer)) return { outcome: 'unavailable' };
  throw failed(what, answer);
};
