import type { Accounts } from '../../lambda/core/account-store.ts';
import type { Session } from '../../lambda/core/session.ts';
import type { SessionStore } from '../../lambda/core/session-store.ts';
import { MemoryAccounts } from './memory-accounts.ts';
import { MemorySessions } from './memory-store.ts';
import { MemoryTable } from './memory-table.ts';

/** A store for the contract suite: the ports, and direct access to the stored data. */
export interface StoreUnderTest {
  readonly sessions: SessionStore;
  readonly accounts: Accounts;
  session(subject: string, sessionId: string): Promise<Session | undefined>;
  /** The TTL attribute, epoch seconds. */
  expiresAt(subject: string, sessionId: string): Promise<number | undefined>;
  /** Deletes a session, like TTL deletion. */
  deleteSession(subject: string, sessionId: string): Promise<void>;
  stop(): Promise<void>;
}

export type OpenStore = () => Promise<StoreUnderTest>;

export const openMemory: OpenStore = async () => {
  const table = new MemoryTable();
  return {
    sessions: new MemorySessions(table),
    accounts: new MemoryAccounts(table),
    session: async (subject, sessionId) => table.session(subject, sessionId),
    expiresAt: async (subject, sessionId) => table.expiresAt(subject, sessionId),
    deleteSession: async (subject, sessionId) => table.deleteSession(subject, sessionId),
    stop: async () => {},
  };
};
