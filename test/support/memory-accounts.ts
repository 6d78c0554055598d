import { type Account, isNameOf } from '../../lambda/core/account.ts';
import {
  type AccountChange,
  type AccountChanged,
  type Accounts,
  type EmailChange,
  NameTaken,
} from '../../lambda/core/account-store.ts';
import { type LoginName, loginNameOf } from '../../lambda/core/username.ts';
import { unknownSubject } from '../../lambda/core/users.ts';
import type { MemoryTable } from './memory-table.ts';

/** Accounts in memory. */
export class MemoryAccounts implements Accounts {
  readonly #table: MemoryTable;

  constructor(table: MemoryTable) {
    this.#table = table;
  }

  async findSubject({ name, legacy }: LoginName): Promise<string | undefined> {
    const old = legacy !== undefined && this.#table.oldLogins.has(legacy) ? this.#table.logins.get(legacy) : undefined;
    return this.#table.logins.get(name ?? unknownSubject) ?? old;
  }

  async read(subject: string): Promise<Account | undefined> {
    return this.#table.accounts.get(subject);
  }

  async readWithSessions(subject: string) {
    const sessions = [...this.#table.sessions.values()].map((row) => row.session);
    return {
      account: this.#table.accounts.get(subject),
      sessions: sessions.filter((session) => session.subject === subject),
    };
  }

  async rehash(subject: string, oldHash: string, newHash: string): Promise<boolean> {
    const account = this.#table.accounts.get(subject);
    if (account?.passwordHash !== oldHash) return false;
    this.#table.accounts.set(subject, { ...account, passwordHash: newHash });
    return true;
  }

  async setNetworks(subject: string, networks: readonly string[]): Promise<void> {
    const account = this.#table.accounts.get(subject);
    if (account !== undefined) this.#table.accounts.set(subject, { ...account, networks });
  }

  async revokeSessions({ subject, kept, set, onlyIf, operationId }: AccountChange): Promise<AccountChanged> {
    const before = this.#table.accounts.get(subject);
    if (before === undefined) return { applied: false, account: undefined };
    if (operationId !== undefined && this.#table.operations.get(subject) === operationId) {
      return { applied: true, account: before };
    }
    const fits =
      (onlyIf?.epoch === undefined || before.epoch === onlyIf.epoch) &&
      (onlyIf?.status === undefined || before.status === onlyIf.status) &&
      (onlyIf?.email === undefined || (before.email ?? null) === onlyIf.email) &&
      (onlyIf?.passwordHash === undefined || before.passwordHash === onlyIf.passwordHash);
    if (!fits) return { applied: false, account: before };
    const { kept: _spared, passwordExpiresAt, ...rest } = before;
    const expiry = passwordExpiresAt === undefined || set?.passwordHash !== undefined ? {} : { passwordExpiresAt };
    const account: Account = {
      ...rest,
      ...expiry,
      ...set,
      epoch: before.epoch + 1,
      ...(kept === undefined ? {} : { kept }),
    };
    this.#table.accounts.set(subject, account);
    this.#table.operations.set(subject, operationId ?? `operation of epoch ${account.epoch}`);
    return { applied: true, account };
  }

  async describe(account: Account, { claims, scopes }: Pick<Account, 'claims' | 'scopes'>): Promise<Account> {
    const now = this.#table.accounts.get(account.subject);
    if (now !== undefined) this.#table.accounts.set(account.subject, { ...now, claims, scopes });
    return { ...account, claims, scopes };
  }

  async adopt(username: string, user: Pick<Account, 'subject' | 'claims' | 'scopes'>): Promise<boolean> {
    if (!this.#table.accounts.has(user.subject)) {
      this.#table.accounts.set(user.subject, { ...user, username, status: 'active', epoch: 0 });
    }
    this.#table.logins.set(username, user.subject);
    return true;
  }

  async enable(subject: string): Promise<boolean> {
    const account = this.#table.accounts.get(subject);
    if (account === undefined) return false;
    this.#table.accounts.set(subject, { ...account, status: 'active' });
    return true;
  }

  async create(account: Account): Promise<void> {
    if (this.#table.accounts.has(account.subject)) throw new Error('a new subject is already in use');
    const names = [account.username, account.email].filter((name) => name !== undefined);
    for (const name of names) this.#requireFree(name, account.subject);
    this.#table.accounts.set(account.subject, structuredClone(account));
    for (const name of names) this.#table.logins.set(name, account.subject);
  }

  async moveEmail({ account, email, kept }: EmailChange): Promise<AccountChanged> {
    const { subject, username, email: was, passwordHash } = account;
    this.#requireFree(email, subject);
    const before = this.#table.logins.get(email);
    this.#table.logins.set(email, subject);
    const onlyIf = {
      status: 'active',
      email: was ?? null,
      ...(passwordHash !== undefined && { passwordHash }),
    } as const;
    const result = await this.revokeSessions({ subject, kept, set: { email }, onlyIf });
    if (!result.applied) {
      if (before === undefined && !isNameOf(result.account, email)) this.#table.logins.delete(email);
      return result;
    }
    if (was !== undefined && was !== email && was !== username) this.#table.logins.delete(was);
    return result;
  }

  #requireFree(name: string, subject: string): void {
    const { legacy } = loginNameOf(name);
    const old = legacy !== undefined && this.#table.oldLogins.has(legacy) ? this.#table.logins.get(legacy) : undefined;
    const holders = [this.#table.logins.get(name), old].filter((holder) => holder !== undefined && holder !== subject);
    if (holders.length > 0) throw new NameTaken(name);
  }
}
