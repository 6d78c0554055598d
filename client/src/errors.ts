/**
 * Why a call failed.
 *
 * - `signed-out`: the session has ended, or there is none. Show the login.
 * - `unreachable`: no conclusive response. The session still exists; try again later.
 * - `slow-down`: too many attempts. Wait `retryAfterSeconds`.
 * - `password-needed`: the login is not recent enough. Ask for the password and call again with it.
 * - `refused`: the service does not accept the request. Fix the app or its settings.
 */
export type ErrorCode = 'signed-out' | 'unreachable' | 'slow-down' | 'password-needed' | 'refused';

/** The error of a rejected call. A cancelled call rejects with its signal's reason instead. */
export class SessionError extends Error {
  declare readonly code: ErrorCode;
  /** HTTP status, if the service responded. */
  declare readonly status: number | undefined;
  /** The service's error code (RFC 6749 §5.2), if it sent one. */
  declare readonly error: string | undefined;
  /** Seconds to wait, if the service specified it. */
  declare readonly retryAfterSeconds: number | undefined;

  constructor(message: string, code: ErrorCode, answer?: { status: number; body: { error?: unknown }; wait: number }) {
    super(message);
    this.name = 'SessionError';
    this.code = code;
    this.status = answer?.status;
    this.error = answer?.body.error as string | undefined;
    this.retryAfterSeconds = answer?.wait || undefined;
  }
}
