import type { Account } from '../../lambda/core/account.ts';
import type { Session } from '../../lambda/core/session.ts';

/** One recorded write, for tests that watch the table. */
export interface Write {
  readonly method: 'create' | 'rotate' | 'owe' | 'settle' | 'revoke';
  readonly before: Session | undefined;
  readonly after: Session;
}

type Row = { readonly session: Session; readonly expiresAt: number };

/** The data of both memory stores. Only tests access it directly. */
export class MemoryTable {
  readonly sessions = new Map<string, Row>();
  readonly accounts = new Map<string, Account>();
  /** The operation id of the last write to each account, by subject. */
  readonly operations = new Map<string, string>();
  readonly logins = new Map<string, string>();
  /** Login names stored before names were mapped as RFC 8265 defines. */
  readonly oldLogins = new Set<string>();
  readonly writes: Write[] = [];

  session(subject: string, sessionId: string): Session | undefined {
    return this.sessions.get(rowKey(subject, sessionId))?.session;
  }

  expiresAt(subject: string, sessionId: string): number | undefined {
    return this.sessions.get(rowKey(subject, sessionId))?.expiresAt;
  }

  putSession(method: Write['method'], after: Session, expiresAt: number): void {
    const key = rowKey(after.subject, after.sessionId);
    this.writes.push({ method, before: this.sessions.get(key)?.session, after });
    this.sessions.set(key, { session: structuredClone(after), expiresAt });
  }

  /** Deletes a session, as TTL deletion does at some later time. */
  deleteSession(subject: string, sessionId: string): void {
    this.sessions.delete(rowKey(subject, sessionId));
  }

  /** Changes an account without going through the port. */
  changeAccount(subject: string, change: (account: Account) => Account): void {
    const account = this.accounts.get(subject);
    if (account === undefined) throw new Error(`no account ${subject}`);
    this.accounts.set(subject, change(account));
  }
}

function rowKey(subject: string, sessionId: string): string {
  return JSON.stringify([subject, sessionId]);
}
