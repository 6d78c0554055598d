import { type Account, isNameOf } from '../../lambda/core/account.ts';
import {
  type AccountChange,
  type AccountChanged,
  type Accounts,
  type EmailChange,
  NameTaken,
} from '../../lambda/core/account-store.ts';
import { Unavailable } from '../../lambda/core/errors.ts';
import { tombstoneEndedAt, tombstoneExpiresAt } from '../../lambda/core/retention.ts';
import type { Rotation, Settlement, UnansweredRequest } from '../../lambda/core/rotation.ts';
import type { RevokedReason, Session } from '../../lambda/core/session.ts';
import type {
  ListedSessions,
  RevokeConditions,
  RevokeResult,
  RotationResult,
  SessionStore,
} from '../../lambda/core/session-store.ts';
import { type LoginName, loginNameOf } from '../../lambda/core/username.ts';
import { unknownSubject } from '../../lambda/core/users.ts';
import type { MemoryTable } from './memory-table.ts';

/** Sessions in memory. No method awaits anything between its condition and its write: each is atomic. */
export class MemorySessions implements SessionStore {
  readonly #table: MemoryTable;

  constructor(table: MemoryTable) {
    this.#table = table;
  }

  async read(subject: string, sessionId: string): Promise<Session | undefined> {
    return this.#table.session(subject, sessionId);
  }

  async create(session: Session, expiresAt: number): Promise<void> {
    const there = this.#table.session(session.subject, session.sessionId);
    if (there !== undefined) {
      if (there.currentHash !== session.currentHash) throw new Unavailable('session_id_taken');
      return;
    }
    this.#table.putSession('create', session, expiresAt);
  }

  async rotate(rotation: Rotation): Promise<RotationResult> {
    const session = this.#table.session(rotation.subject, rotation.sessionId);
    if (session === undefined || !this.#mayRotate(session, rotation)) return { applied: false, session };
    const after: Session = {
      ...session,
      generation: session.generation + 1,
      currentHash: rotation.successorHash,
      previousHash: rotation.presentedHash,
      nonce: rotation.nonce,
      keyId: rotation.keyId,
      rotatedAt: rotation.nowMs,
    };
    this.#table.putSession('rotate', after, rotation.bounds.expiresAt);
    return { applied: true, session: structuredClone(after) };
  }

  async owe(request: UnansweredRequest): Promise<boolean> {
    const session = this.#table.session(request.subject, request.sessionId);
    const isOwed =
      session !== undefined &&
      session.status === 'active' &&
      session.generation === request.generation + 1 &&
      session.previousHash === request.presentedHash &&
      session.rotatedAt >= request.excusedSince;
    if (!isOwed) return false;
    const { subject, sessionId, generation } = session;
    const expiresAt = this.#table.expiresAt(subject, sessionId) ?? 0;
    this.#table.putSession('owe', { ...session, unanswered: generation }, expiresAt);
    return true;
  }

  async settle(settlement: Settlement): Promise<RotationResult> {
    const { subject, sessionId, generation, seenAt, settledAt, expiresAt } = settlement;
    const session = this.#table.session(subject, sessionId);
    const open = session?.unanswered === generation && session.rotatedAt === seenAt;
    if (session === undefined || session.status !== 'active' || session.generation !== generation)
      return { applied: false, session };
    if (!open && session.rotatedAt !== settledAt) return { applied: false, session };
    const { unanswered: _settled, ...rest } = session;
    this.#table.putSession('settle', { ...rest, rotatedAt: settledAt }, expiresAt);
    return { applied: true, session: { ...rest, rotatedAt: settledAt } };
  }

  #mayRotate(session: Session, rotation: Rotation): boolean {
    const { nowMs, bounds } = rotation;
    // Written out, as in the condition of the real store: the rules of the core have no part in it.
    return (
      session.status === 'active' &&
      session.createdAt >= bounds.createdSince &&
      session.absoluteExpiry > nowMs &&
      session.rotatedAt > bounds.idleSince &&
      session.generation === rotation.generation &&
      session.currentHash === rotation.presentedHash &&
      session.clientId === rotation.clientId &&
      session.channel === rotation.channel &&
      (session.jkt === undefined || session.jkt === rotation.jkt) &&
      (session.generation === 0 || session.rotatedAt <= bounds.restedSince)
    );
  }

  async revoke(
    subject: string,
    sessionId: string,
    reason: RevokedReason,
    nowMs: number,
    conditions: RevokeConditions & { readonly epochBelow?: number } = {},
  ): Promise<RevokeResult> {
    const session = this.#table.session(subject, sessionId);
    const { clientId, epoch, epochBelow, rotatedAt } = conditions;
    const fits =
      session?.status === 'active' &&
      (clientId === undefined || session.clientId === clientId) &&
      (epoch === undefined || session.epoch === epoch) &&
      (epochBelow === undefined || session.epoch < epochBelow) &&
      (rotatedAt === undefined || session.rotatedAt === rotatedAt);
    if (!fits) return { outcome: 'unchanged', session };
    const { nonce: _nonce, ...rest } = session;
    const tombstone: Session = { ...rest, status: 'revoked', revokedReason: reason };
    this.#table.putSession('revoke', tombstone, tombstoneExpiresAt(nowMs));
    return { outcome: 'revoked' };
  }

  async list(subject: string, limit: number): Promise<ListedSessions> {
    const rows = [...this.#table.sessions.values()]
      .filter(({ session }) => session.subject === subject)
      .slice(0, limit);
    return {
      sessions: rows.map(({ session }) => session).filter(({ status }) => status === 'active'),
      tombstones: rows
        .filter(({ session }) => session.status === 'revoked')
        .map(({ session, expiresAt }) => ({
          sessionId: session.sessionId,
          endedAt: tombstoneEndedAt(expiresAt),
        })),
    };
  }

  async deleteTombstone(subject: string, sessionId: string): Promise<void> {
    if (this.#table.session(subject, sessionId)?.status === 'revoked') this.#table.deleteSession(subject, sessionId);
  }
}

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
