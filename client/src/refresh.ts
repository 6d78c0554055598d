import type { Carrier } from './carrier.ts';
import type { Platform } from './platform.ts';
import { type Answer, failed, isTransient, type Send } from './wire.ts';

/**
 * An aborted refresh may have rotated, so it is repeated well within the grace window. This is also the longest wait
 * for a login of another tab, which may have been closed.
 */
export const repeatMs = 10_000;

/** Together with the timeout of the last attempt, less than the default grace window of 30 s. */
const retryForMs = 20_000;
const timeoutMs = 5_000;

export interface Refreshed {
  readonly answer: Answer;
  readonly sentAt: number;
}

export interface Refresher {
  /**
   * Sends one refresh token until the service responds, for at most 20 s. After that, a refresh with that token fails
   * immediately for 10 s, 20 s, 40 s and so on up to a minute, so that a polling app does not add to an outage.
   *
   * @param signal aborted by a login or logout: later responses are dropped
   * @returns undefined when there is no session, or when it was aborted
   * @throws SessionError `unreachable`, `slow-down` or `refused`; none of them means that the session has ended
   */
  run(signal: AbortSignal): Promise<Refreshed | undefined>;
  /** The network is back: stop waiting. */
  warm(): void;
}

export function refresher(send: Send, carrier: Carrier, { now, random, timer }: Platform): Refresher {
  let cooling: { token: unknown; ms: number; until: number; error: unknown } | undefined;
  let proceed: (() => void) | undefined;
  return {
    warm() {
      cooling = undefined;
      proceed?.();
    },
    async run(signal) {
      const deadline = now() + retryForMs;
      let unsure = carrier.cookie;
      for (let pauseMs = 1_000; ; pauseMs *= 2) {
        const held = await carrier.present('refresh_token');
        if (!held || signal.aborted) return undefined;
        const sentAt = now();
        const known = cooling?.token === held.refresh_token ? cooling : undefined;
        if (known && sentAt < known.until) throw known.error;
        const body = { grant_type: 'refresh_token', ...held };
        const answer = await send('/auth/refresh', { body, signal, timeoutMs }).catch(() => undefined);
        if (signal.aborted) return undefined;
        if (answer?.body.access_token) {
          cooling = undefined;
          // Store before use: an app that is killed here still holds a valid token.
          await carrier.keep(answer.body, held);
          return { answer, sentAt };
        }
        const isRefused = !isTransient(answer);
        // The cookie is not readable. Another tab may have replaced the refused one, or the service has removed planted
        // ones: only the second refusal is about the current cookie.
        if (isRefused && unsure) {
          unsure = false;
          continue;
        }
        if (answer?.body.error === 'invalid_grant') {
          // Another process of the app may have stored a newer token in the meantime.
          if (await carrier.forget(held)) continue;
          return undefined;
        }
        const waitMs = Math.max(pauseMs * (0.75 + random() / 2), (answer?.wait ?? 0) * 1_000);
        if (isRefused || now() + waitMs > deadline) {
          const ms = Math.min(60_000, (known?.ms ?? 5_000) * 2);
          const error = failed('The refresh failed; the session is still there.', answer);
          cooling = { token: held.refresh_token, ms, until: now() + ms, error };
          throw error;
        }
        await new Promise<void>((resolve) => {
          proceed = resolve;
          timer(waitMs, resolve);
          signal.addEventListener('abort', resolve as () => void);
        });
      }
    },
  };
}
