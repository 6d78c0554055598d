import type { Account } from './account.ts';
import type { Accounts } from './account-store.ts';
import { matchPassword, normalisePassword } from './password.ts';
import type { Passwords } from './ports.ts';
import { settleAll } from './settle-all.ts';
import { type LoginName, spellUsername } from './username.ts';
import { type LoginAttempt, TableUsers, type Users, wrongCredentials } from './users.ts';

/** What the old system knows about a user. Names are normalised: see username.ts. */
export interface MigratingUser extends Pick<Account, 'username' | 'email' | 'claims' | 'scopes'> {
  /** Absent: the store derives one from the username. */
  readonly subject?: string;
}

/** The system that the users come from. */
export interface OldSystem {
  /**
   * @param name mapped by {@link spellUsername}; one that no account has
   * @param password as typed
   * @returns a user with this name; `undefined` for an unknown user or a wrong password, without distinction
   * @throws Unavailable; Fault for a result that is not a user
   */
  ask(name: string, password: string): Promise<MigratingUser | undefined>;
}

/** The result of placing an account. Only `created` changes the table. */
export type Placement = 'created' | 'present' | 'deleted' | 'taken';

/** Where migrated users become accounts. */
export interface MigratedAccounts {
  /** Derives a subject for a user without one: always the same for a username, and not guessable from it. */
  subjectOf(username: string): Promise<string>;
  /**
   * Creates the account unless its subject is in use. Repeated and parallel calls create one account.
   *
   * @returns `present` or `deleted` for a subject in use; `taken` if another account has one of the names
   * @throws Unavailable, also while another request claims one of the names
   */
  place(account: Account, nowMs: number): Promise<Placement>;
}

/**
 * Users in the table, and users of an old system who migrate at their first login: ADR 0060. The name of an existing
 * account is never sent to the old system.
 */
export class MigratingUsers implements Users {
  readonly #accounts: Accounts;
  readonly #passwords: Passwords;
  readonly #table: TableUsers;
  readonly #migrated: MigratedAccounts;
  readonly #old: OldSystem;

  constructor(
    tools: { readonly accounts: Accounts; readonly passwords: Passwords; readonly migrated: MigratedAccounts },
    old: OldSystem,
  ) {
    this.#accounts = tools.accounts;
    this.#passwords = tools.passwords;
    this.#table = new TableUsers(tools.accounts, tools.passwords);
    this.#migrated = tools.migrated;
    this.#old = old;
  }

  nameOf(typed: string): LoginName {
    return this.#table.nameOf(typed);
  }

  async authenticate(attempt: LoginAttempt): Promise<Account> {
    const known = await this.#table.find(attempt);
    // No account can have a name that violates the rules.
    const spelled = attempt.username.name && spellUsername(attempt.typed);
    if (known !== undefined || spelled === undefined) return this.#table.verify(attempt, known);
    const [user] = await settleAll([
      this.#old.ask(spelled, attempt.password),
      // Meanwhile, do the work for a known user. Only a slower response reveals that the name is unknown.
      matchPassword(attempt.password, undefined, this.#passwords),
    ]);
    if (user === undefined) throw wrongCredentials('user_unknown');
    attempt.onMatch();
    const account: Account = {
      ...user,
      subject: user.subject ?? (await this.#migrated.subjectOf(user.username)),
      status: 'active',
      epoch: 0,
      // A weak password is accepted, because the password policy applies to new passwords.
      passwordHash: await this.#passwords.hash(normalisePassword(attempt.password)),
    };
    const placement = await this.#migrated.place(account, attempt.nowMs);
    return placement === 'created' ? account : this.#withoutOldSystem(attempt, account.subject, placement);
  }

  /** The account already exists. If a parallel login was faster, the name now has an account. */
  async #withoutOldSystem(attempt: LoginAttempt, subject: string, placement: Placement): Promise<Account> {
    const now = { ...attempt, subject: await this.#accounts.findSubject(attempt.username) };
    const known = await this.#table.find(now);
    // The old system's result is not enough: the password may have changed here in the meantime.
    if (known !== undefined) return this.#table.verify(now, known);
    if (placement === 'taken') throw wrongCredentials('name_taken');
    // The account is deleted, or has other names, and this is an old one.
    throw wrongCredentials(placement === 'deleted' ? 'user_disabled' : 'user_unknown', subject);
  }
}
