import type { Account } from './account.ts';
import { Fault } from './errors.ts';
import type { Accounts, Clock } from './ports.ts';
import { type LoginName, mapUsername } from './username.ts';
import { type LoginAttempt, type Users, unknownSubject, wrongCredentials } from './users.ts';

/** What the team's own user store says of a right password. */
export interface VerifiedUser {
  readonly subject: string;
  readonly claims: Account['claims'];
  readonly scopes: readonly string[];
}

/** The team's user store. */
export interface CredentialVerifier {
  /**
   * @param username mapped as {@link mapUsername} does; any characters
   * @param password as typed
   * @returns `undefined` for an unknown user or a wrong password, which it does not tell apart
   * @throws Unavailable
   */
  verify(username: string, password: string): Promise<VerifiedUser | undefined>;
}

/**
 * Users of the team's own store. The table keeps an account for each, without a password: epoch, status, and the claims
 * and scopes of the last login, which refreshes go by.
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

  /** The names are the team's: nothing is refused for its characters. */
  nameOf(typed: string): LoginName {
    return { name: mapUsername(typed), legacy: undefined };
  }

  async authenticate({ username: { name }, password, subject }: LoginAttempt): Promise<Account> {
    if (name === undefined) throw wrongCredentials('user_unknown');
    // Twice at the most: whoever is new, or was known under another subject, is read first and verified once more, for
    // only an epoch that was read before the password was verified can tell a login that a revocation overtook.
    for (let expected = subject ?? unknownSubject, round = 0; round < 2; round += 1) {
      const account = await this.#accounts.read(expected);
      const verified = await this.#verifier.verify(name, password);
      if (verified === undefined) throw wrongCredentials('password_wrong');
      if (account !== undefined && verified.subject === expected) {
        return this.#accounts.describe(account, verified);
      }
      await this.#accounts.adopt(name, verified, this.#clock.nowMs());
      expected = verified.subject;
    }
    throw new Fault('users_subject_unstable');
  }
}
