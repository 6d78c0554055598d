import { type Account, isNameOf } from './account.ts';
import type { Accounts } from './account-store.ts';
import { utf8Length } from './claims.ts';
import { Refusal, Unavailable } from './errors.ts';
import { matchPassword, normalisePassword } from './password.ts';
import type { Passwords } from './ports.ts';
import { type LoginName, loginNameOf, reservedName } from './username.ts';

export interface LoginAttempt {
  readonly username: LoginName;
  /** The username as typed. */
  readonly typed: string;
  /** As typed. */
  readonly password: string;
  /** The user that the username leads to, as far as the table knows. */
  readonly subject: string | undefined;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Called when the password is found to be right, before anything that may fail for another reason. */
  readonly onMatch: () => void;
}

/** The users that may log in: those in the table, or your own. */
export interface Users {
  /** The table lookup for a username as typed. */
  nameOf(typed: string): LoginName;
  /**
   * Verifies a password against the account that was read first. A login that overlaps a revocation then carries the
   * epoch from before it, and its session is never alive. Only the account is read before the password is verified, so
   * that the time of a refusal does not depend on the number of sessions.
   *
   * @returns the account as it was before the password was verified
   * @throws Refusal `invalid_grant`, identical for a wrong password and an unknown user
   * @throws Unavailable
   */
  authenticate(attempt: LoginAttempt): Promise<Account>;
}

/** Holds no account. Read for unknown users, so that they cost the same as known ones. */
export const unknownSubject = reservedName;

/**
 * Whether a value can identify a user: up to 128 bytes of text that UTF-8 can encode and that a log line and a key can
 * hold. The table would return any other text as a different subject.
 */
export function isSubject(value: unknown): value is string {
  const isText = typeof value === 'string' && /^[^\p{Cc}\p{Cs}]+$/u.test(value) && utf8Length(value) <= 128;
  return isText && value !== unknownSubject;
}

/** The refusal of a login, identical for every reason. */
export function wrongCredentials(
  reason: 'user_unknown' | 'password_wrong' | 'hash_unusable' | 'password_expired' | 'user_disabled' | 'name_taken',
  subject?: string,
): Refusal {
  const about = subject === undefined ? {} : { subject };
  return new Refusal('invalid_grant', reason, 'The username or the password is wrong.', about);
}

/** Users whose password hashes are in the table. */
export class TableUsers implements Users {
  readonly #accounts: Accounts;
  readonly #passwords: Passwords;

  constructor(accounts: Accounts, passwords: Passwords) {
    this.#accounts = accounts;
    this.#passwords = passwords;
  }

  nameOf(typed: string): LoginName {
    return loginNameOf(typed);
  }

  async authenticate(attempt: LoginAttempt): Promise<Account> {
    return this.verify(attempt, await this.find(attempt));
  }

  /** The account that the username leads to. One read, also for an unknown user. */
  async find({ username, subject }: LoginAttempt): Promise<Account | undefined> {
    const found = await this.#accounts.read(subject ?? unknownSubject);
    // A name that the account no longer has, or does not have yet, leads nowhere.
    return isNameOf(found, username.name) || isNameOf(found, username.legacy) ? found : undefined;
  }

  /** Verifies the password against the account that was found. @throws as {@link authenticate} */
  async verify({ password, nowMs, onMatch }: LoginAttempt, account: Account | undefined): Promise<Account> {
    const match = await matchPassword(password, account?.passwordHash, this.#passwords);
    if (account?.passwordHash === undefined) throw wrongCredentials('user_unknown');
    if (match === undefined) throw wrongCredentials(this.#whyNot(account.passwordHash), account.subject);
    onMatch();
    if ((account.passwordExpiresAt ?? Number.POSITIVE_INFINITY) <= nowMs) {
      throw wrongCredentials('password_expired', account.subject);
    }
    if (match === 'as_typed' || this.#passwords.needsRehash(account.passwordHash)) {
      await this.#rehash(account.subject, account.passwordHash, password);
    }
    return account;
  }

  /** To the client, an unusable hash is a wrong password: any other response would reveal that the user exists. */
  #whyNot(hash: string): 'password_wrong' | 'hash_unusable' {
    return this.#passwords.isUsable(hash) ? 'password_wrong' : 'hash_unusable';
  }

  /**
   * Replaces an old hash by one with the current parameters and the normalised password. If the store fails, the next
   * login retries.
   */
  async #rehash(subject: string, oldHash: string, password: string): Promise<void> {
    try {
      await this.#accounts.rehash(subject, oldHash, await this.#passwords.hash(normalisePassword(password)));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
    }
  }
}
