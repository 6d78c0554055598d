import { type ErrorCode, SessionError } from './errors.ts';
import type { Platform } from './platform.ts';

export type Body = Readonly<Record<string, unknown>>;

/** A response of the service. */
export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  /** `{}` if the response has none. */
  readonly body: Body;
  /** Retry-After in seconds, or 0. */
  readonly wait: number;
}

export interface Sending {
  /** @default `POST` */
  readonly method?: string | undefined;
  readonly body?: object | undefined;
  /** Access token, sent as a Bearer token (RFC 6750 §2.1). */
  readonly token?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * For connection, response and body together. The default is longer than the service's own timeout.
   * @default 12,000
   */
  readonly timeoutMs?: number;
}

/**
 * Sends one request. Resolves to undefined if no response of the service arrives in time. If its signal is aborted,
 * rejects with the signal's reason.
 */
export type Send = (path: string, sending: Sending) => Promise<Answer | undefined>;

export const sender =
  (baseUrl: string, credentials: 'include' | 'omit', platform: Platform): Send =>
  (path, { method = 'POST', body, token, signal, timeoutMs = 12_000 }) => {
    const stop = new AbortController();
    const exchange = async (): Promise<Answer> => {
      const headers = {
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
      };
      const response = await platform.fetch(baseUrl + path, {
        method,
        credentials,
        headers,
        body: JSON.stringify(body),
        // A redirect could send a password or a refresh token to another origin. The service sends none.
        redirect: 'error',
        signal: stop.signal,
      });
      const { ok, status } = response;
      const text = await response.text();
      const answer = { ok, status, wait: Number(response.headers.get('retry-after')) || 0, body: {} };
      try {
        answer.body = Object(JSON.parse(text || '{}'));
      } catch (error) {
        // A captive portal returns 200 with its own page, which is not a response of the service.
        if (ok) throw error;
      }
      return answer;
    };
    const cancel = platform.timer(timeoutMs, () => stop.abort());
    const arrived = abortable(exchange(), stop.signal).catch(() => undefined);
    return abortable(arrived, signal).finally(() => {
      cancel();
      stop.abort();
    });
  };

/** Lets one caller stop waiting for work that continues. */
export const abortable = <T>(work: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    // React Native has no abort reasons.
    const cancelled = () => reject(signal?.reason ?? new Error('cancelled'));
    if (signal?.aborted) cancelled();
    signal?.addEventListener('abort', cancelled);
    work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', cancelled));
  });

/** The request may be sent again: there is no response, or an inconclusive one. */
export const isTransient = (answer: Answer | undefined): boolean =>
  !answer || answer.status === 429 || answer.status >= 500;

/** The service requires the current password, because the login is not recent (RFC 9470 §3). */
export const needsPassword = (answer: Answer | undefined): boolean =>
  answer?.body.error === 'insufficient_user_authentication';

/**
 * The response to a request that the service has accepted.
 *
 * @throws SessionError
 */
export const accepted = (
  answer: Answer | undefined,
  what = 'The logout failed; the session is still there.',
): Answer => {
  if (answer?.ok) return answer;
  throw failed(what, answer);
};

/** The meaning of an unexpected response. */
export const failed = (what: string, answer?: Answer): SessionError => {
  const status = answer?.status;
  let code: ErrorCode = isTransient(answer) ? 'unreachable' : 'refused';
  if (status === 401) code = needsPassword(answer) ? 'password-needed' : 'signed-out';
  if (status === 429) code = 'slow-down';
  return new SessionError(`${what} ${answer?.body.error_description ?? status ?? 'No answer.'}`, code, answer);
};
