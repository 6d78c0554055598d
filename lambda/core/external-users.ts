import type { Account } from './account.ts';
import type { Accounts } from './account-store.ts';
import { Fault } from './errors.ts';
import type { Clock } from './ports.ts';
import { type LoginName, mapUsername, spellUsername } from './username.ts';
import { type LoginAttempt, type Users, unknownSubject, wrongCredentials } from './users.ts';

/** The result of your own user store for a correct password. */
export interface VerifiedUser {
  readonly subject: string;
  readonly claims: Account['claims'];
  readonly scopes: readonly string[];
}

/** Your own user store. */
export interface CredentialVerifier {
  /**
   * @param username mapped by {@link spellUsername}; any characters
   * @param password as typed
   * @returns `undefined` for an unknown user or a wrong password, without distinction
   * @throws Unavailable
   */
  verify(username: string, password: string): Promise<VerifiedUser | undefined>;
}

/**
 * Users of your own store. The table has an account without a password for each: epoch, status, and the claims and
 * scopes of the last login, which refreshes use.
 */
export class ExternalUsers implements Users {
  readonly #accounts: Accounts;
  readonly #verifier: CredentialVerifier;
  readonly #clock: Clock;

  constructor(accounts: Accounts, verifier: CredentialVerifier, clock: Clock) {
    this.#accounts = accounts;
    this.#verifier = verifier;
    this.#clock = clock;
  }

  /** Names belong to your store: no name is rejected for its characters. */
  nameOf(typed: string): LoginName {
    return { name: mapUsername(typed), legacy: undefined };
  }

  async authenticate({ username: { name }, typed, password, subject, onMatch }: LoginAttempt): Promise<Account> {
    const spelled = spellUsername(typed);
    if (name === undefined || spelled === undefined) throw wrongCredentials('user_unknown');
    // At most twice: a new user, or one with a changed subject, is read first and verified again, because only an epoch
    // read before the password was verified reveals a login that a revocation overtook.
    for (let expected = subject ?? unknownSubject, round = 0; round < 2; round += 1) {
      const account = await this.#accounts.read(expected);
      const verified = await this.#verifier.verify(spelled, password);
      if (verified === undefined) throw wrongCredentials('password_wrong');
      onMatch();
      if (account !== undefined && verified.subject === expected) {
        return this.#accounts.describe(account, verified);
      }
      const isAlive = await this.#accounts.adopt(name, verified, this.#clock.nowMs());
      if (!isAlive) throw wrongCredentials('user_disabled', verified.subject);
      expected = verified.subject;
    }
    throw new Fault('users_subject_unstable');
  }
}
