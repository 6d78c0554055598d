/**
 * Why a call failed.
 *
 * - `signed-out`: the session is over, or there is none. Show the login.
 * - `unreachable`: no answer that decides anything. The session is still there; try again later.
 * - `slow-down`: too many tries. Wait `retryAfterSeconds`.
 * - `password-needed`: the login is not recent enough for this. Ask for the password and call again with it.
 * - `refused`: the service does not accept the request. Fix the app or its settings.
 */
export type ErrorCode = 'signed-out' | 'unreachable' | 'slow-down' | 'password-needed' | 'refused';

/** Why a call rejected. A cancelled call rejects with its signal's reason instead. */
export class SessionError extends Error {
  declare readonly code: ErrorCode;
  /** HTTP status, when the service answered. */
  declare readonly status: number | undefined;
  /** The service's error code (RFC 6749 §5.2), when it sent one. */
  declare readonly error: string | undefined;
  /** Seconds to wait, when the service said so. */
  declare readonly retryAfterSeconds: number | undefined;

  constructor(message: string, code: ErrorCode, answer?: { status: number; body: { error?: unknown }; wait: number }) {
    super(message);
    Object.assign(this, {
      name: 'SessionError',
      code,
      status: answer?.status,
      error: answer?.body.error,
      retryAfterSeconds: answer?.wait || undefined,
    });
  }
}
