import type { AccessTokenClaims } from './access-token.ts';
import type { Caller } from './caller.ts';
import { Refusal } from './errors.ts';
import { type CountedTry, countKnownDevice, type GuessingTools } from './guessing.ts';
import { matchPassword } from './password.ts';
import type { Passwords } from './ports.ts';

/** How a caller proves to be the owner and not a thief with a copy of the session: ADR 0046. */

/** How long after a login nobody has to give the password again. */
export const recentLoginMs = 300_000;

/** What a caller wants to end. */
export interface EndRequest {
  readonly claims: AccessTokenClaims;
  /** Proves the owner; absent: the login has to be recent, and newer sessions stay out of its reach. */
  readonly currentPassword?: string;
  readonly sourceIp: string;
}

export interface PasswordTools extends GuessingTools {
  readonly passwords: Passwords;
}

/** Whether the password was given a moment ago. `auth_time` is that of the login; no refresh moves it. */
export function isRecentLogin({ auth_time }: AccessTokenClaims, nowMs: number): boolean {
  return nowMs - auth_time * 1000 < recentLoginMs;
}

/** RFC 9470 §3: what was asked for takes the password, or a login of just now. */
export function loginTooOld({ sub, sid }: AccessTokenClaims): Refusal {
  const description = 'Send current_password, or log in again.';
  return new Refusal('insufficient_user_authentication', 'login_too_old', description, {
    subject: sub,
    sessionId: sid,
  });
}

/** Tries of a session's current password, counted before anything is hashed. */
export class PasswordTries {
  readonly #counted: CountedTry;
  readonly #tools: PasswordTools;

  private constructor(counted: CountedTry, tools: PasswordTools) {
    this.#counted = counted;
    this.#tools = tools;
  }

  /** Counts one try. @throws Refusal `slow_down`; Unavailable */
  static async count({ session }: Caller, sourceIp: string, tools: PasswordTools): Promise<PasswordTries> {
    return new PasswordTries(await countKnownDevice({ ...session, sourceIp }, tools), tools);
  }

  /** @throws Refusal `access_denied` */
  async verify(password: string, { account, session }: Caller): Promise<void> {
    if ((await matchPassword(password, account.passwordHash, this.#tools.passwords)) !== undefined) return;
    throw new Refusal('access_denied', 'password_wrong', 'The current password is wrong.', session);
  }

  /** The password was right. */
  forget(): Promise<unknown> {
    return this.#counted.forgive();
  }
}
