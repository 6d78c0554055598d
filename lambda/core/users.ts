import type { Account } from './account.ts';
import { Refusal, Unavailable } from './errors.ts';
import type { Accounts, Passwords } from './ports.ts';

export interface LoginAttempt {
  /** Normalised. */
  readonly username: string;
  readonly password: string;
  /** Whom the username belongs to, as far as the table knows. */
  readonly subject: string | undefined;
}

/** Who may log in: the table's own users, or the team's. */
export interface Users {
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
export const nobody = '-';

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

  async authenticate({ password, subject }: LoginAttempt): Promise<Account> {
    const account = await this.#accounts.read(subject ?? nobody);
    const passwordFits = await this.#passwords.verify(password, account?.passwordHash);
    if (account?.passwordHash === undefined) throw wrongCredentials('user_unknown');
    if (!passwordFits) throw wrongCredentials('password_wrong', account.subject);
    if (this.#passwords.needsRehash(account.passwordHash)) {
      await this.#rehash(account.subject, account.passwordHash, password);
    }
    return account;
  }

  /** Moves an old hash to today's parameters; the next login tries again where the store cannot do it now. */
  async #rehash(subject: string, oldHash: string, password: string): Promise<void> {
    try {
      await this.#accounts.rehash(subject, oldHash, await this.#passwords.hash(password));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
    }
  }
}
