import type { AccessTokenClaims } from './access-token.ts';
import type { Caller } from './caller.ts';
import { Refusal } from './errors.ts';
import { countKnownDevice, type GuessingTools } from './guessing.ts';
import { matchPassword } from './password.ts';
import type { Passwords } from './ports.ts';
import { Refundable } from './refund.ts';

/** How a caller proves to be the owner of the account, not a thief with a copy of the session: ADR 0046. */

/** How long after a login the password is not required again. */
export const recentLoginMs = 300_000;

/** A request to end sessions. */
export interface EndRequest {
  readonly claims: AccessTokenClaims;
  /** The current password. If absent, the login must be recent, and newer sessions cannot be ended. */
  readonly currentPassword?: string;
  readonly sourceIp: string;
}

export interface PasswordTools extends GuessingTools {
  readonly passwords: Passwords;
}

/** Whether the login was recent. `auth_time` is the time of the login; a refresh does not change it. */
export function isRecentLogin({ auth_time }: AccessTokenClaims, nowMs: number): boolean {
  return nowMs - auth_time * 1000 < recentLoginMs;
}

/** RFC 9470 §3: the request requires the password or a recent login. */
export function loginTooOld({ sub, sid }: AccessTokenClaims): Refusal {
  const description = 'Send current_password, or log in again.';
  return new Refusal('insufficient_user_authentication', 'login_too_old', description, {
    subject: sub,
    sessionId: sid,
  });
}

/** Password attempts of a session, counted before any hashing. */
export class PasswordTries {
  readonly #counted: Refundable;
  readonly #tools: PasswordTools;

  private constructor(counted: Refundable, tools: PasswordTools) {
    this.#counted = counted;
    this.#tools = tools;
  }

  /** Counts one attempt. @throws Refusal `slow_down`; Unavailable */
  static async count({ session }: Caller, sourceIp: string, tools: PasswordTools): Promise<PasswordTries> {
    const counted = await countKnownDevice({ ...session, sourceIp }, tools);
    return new PasswordTries(new Refundable([counted]), tools);
  }

  /** @throws Refusal `access_denied` */
  async verify(password: string, { account, session }: Caller): Promise<void> {
    const { passwords } = this.#tools;
    const { passwordHash } = account;
    this.#counted.isRight = (await matchPassword(password, passwordHash, passwords)) !== undefined;
    if (this.#counted.isRight) return;
    const unusable = passwordHash !== undefined && !passwords.isUsable(passwordHash);
    const reason = unusable ? 'hash_unusable' : 'password_wrong';
    throw new Refusal('access_denied', reason, 'The current password is wrong.', session);
  }

  /** Refunds the attempt, once: the password was right. */
  forget(): Promise<unknown> {
    return this.#counted.refund();
  }

  /**
   * Runs the action that requires the password. The attempt is refunded if the password was right, even if the action
   * fails. It stays counted if an e-mail address is taken: a user could otherwise test any number of addresses.
   */
  settle<T>(work: () => Promise<T>): Promise<T> {
    return this.#counted.settle(work, (error) => error instanceof Refusal && error.reason === 'email_taken');
  }
}
