import { type Account, isNameOf } from './account.ts';
import { Refusal, Unavailable } from './errors.ts';
import { matchPassword, normalisePassword } from './password.ts';
import type { Accounts, Passwords } from './ports.ts';
import { type LoginName, loginNameOf } from './username.ts';

export interface LoginAttempt {
  readonly username: LoginName;
  /** As typed. */
  readonly password: string;
  /** Whom the username leads to, as far as the table knows. */
  readonly subject: string | undefined;
}

/** Who may log in: the table's own users, or the team's. */
export interface Users {
  /** What the table is asked for, for a username as typed. */
  nameOf(typed: string): LoginName;
  /**
   * Verifies a password against the account that was read first: a login that overlaps a revocation then carries the
   * epoch from before it, and the session that it opens is dead. Before the password is right, the account is all that
   * is read: the time of a refusal does not depend on how many sessions the user has.
   *
   * @returns the account as it was before the password was verified
   * @throws Refusal `invalid_grant`, the same for a wrong password and an unknown user
   * @throws Unavailable
   */
  authenticate(attempt: LoginAttempt): Promise<Account>;
}

/** Holds no account: read for unknown users, so that they cost what known ones cost. */
export const unknownSubject = '-';

/** The one refusal of a login, whatever the reason. */
export function wrongCredentials(
  reason: 'user_unknown' | 'password_wrong' | 'user_disabled',
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

  async authenticate({ username, password, subject }: LoginAttempt): Promise<Account> {
    const found = await this.#accounts.read(subject ?? unknownSubject);
    // A name that the account does not have any more, or not yet, leads nowhere.
    const account = isNameOf(found, username.name) || isNameOf(found, username.legacy) ? found : undefined;
    const match = await matchPassword(password, account?.passwordHash, this.#passwords);
    if (account?.passwordHash === undefined) throw wrongCredentials('user_unknown');
    if (match === undefined) throw wrongCredentials('password_wrong', account.subject);
    if (match === 'as_typed' || this.#passwords.needsRehash(account.passwordHash)) {
      await this.#rehash(account.subject, account.passwordHash, password);
    }
    return account;
  }

  /** Moves an old hash to today's parameters and to the normalised password; the next login tries again where the store cannot do it now. */
  async #rehash(subject: string, oldHash: string, password: string): Promise<void> {
    try {
      await this.#accounts.rehash(subject, oldHash, await this.#passwords.hash(normalisePassword(password)));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
    }
  }
}
