import type { Account } from './account.ts';
import type { Session } from './session.ts';
import type { LoginName } from './username.ts';

export interface Accounts {
  /** The subject that a name leads to. The account is authoritative: see isNameOf. */
  findSubject(name: LoginName): Promise<string | undefined>;
  /** Strongly consistent. */
  read(subject: string): Promise<Account | undefined>;
  /** Account and sessions of a subject in one consistent query. */
  readWithSessions(subject: string): Promise<{ account: Account | undefined; sessions: readonly Session[] }>;
  /** Replaces the hash on condition that it is still `oldHash`. Returns whether it did. Revokes nothing. */
  rehash(subject: string, oldHash: string, newHash: string): Promise<boolean>;
  /** Replaces the account's list of networks. Writes nothing if there is no account. */
  setNetworks(subject: string, networks: readonly string[]): Promise<void>;
  /** @throws NameTaken for the username or the e-mail address */
  create(account: Account, nowMs: number): Promise<void>;
  /** Raises the epoch, sets the kept session and applies the changes in one write. Finding its own write is success. */
  revokeSessions(change: AccountChange): Promise<AccountChanged>;
  /**
   * The same with a new e-mail address, which is claimed first; the old address is released afterwards. Only if the
   * account still has the address that was read.
   *
   * @throws NameTaken
   */
  moveEmail(change: EmailChange): Promise<AccountChanged>;
  /** Sets claims and scopes if they differ from the account's. Returns the resulting account. */
  describe(account: Account, user: Pick<Account, 'claims' | 'scopes'>): Promise<Account>;
  /**
   * Makes a username lead to a subject of your own user store, under an account without a password that is created if
   * there is none. An existing account keeps its epoch and status.
   *
   * @returns false if the subject's account was deleted: a subject is never used again
   */
  adopt(username: string, user: Pick<Account, 'subject' | 'claims' | 'scopes'>, nowMs: number): Promise<boolean>;
  /** Lets a disabled account log in again. Its old sessions stay ended. Returns whether the account exists. */
  enable(subject: string): Promise<boolean>;
}

/** One write on the account that ends its sessions: protocol.md, "Revocation". */
export interface AccountChange {
  readonly subject: string;
  /** The session to keep; absent: none. */
  readonly kept?: string;
  /** A new hash ends the expiry of the old one, unless it comes with its own. */
  readonly set?: {
    readonly passwordHash?: string;
    readonly passwordExpiresAt?: number;
    readonly email?: string;
    readonly status?: 'disabled';
  };
  /** What the caller verified; without it, the change is unconditional. */
  readonly onlyIf?: {
    readonly epoch?: number;
    readonly passwordHash?: string;
    readonly status?: 'active';
    /** `null`: the account has no address. */
    readonly email?: string | null;
  };
  /** @default random */
  readonly operationId?: string;
}

/** The account after the change; or, if a condition failed, the current account (none: it does not exist). */
export type AccountChanged =
  | { readonly applied: true; readonly account: Account }
  | { readonly applied: false; readonly account: Account | undefined };

/** A new e-mail address for an account that was read and whose password was verified. */
export interface EmailChange {
  readonly account: Account;
  /** Normalised. */
  readonly email: string;
  /** The session to keep. */
  readonly kept: string;
  readonly nowMs: number;
}

/** The username or the e-mail address belongs to another account. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken';
  readonly taken: string;

  constructor(taken: string) {
    super('the name is taken');
    this.taken = taken;
  }
}
