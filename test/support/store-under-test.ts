import type { Accounts } from '../../lambda/core/account-store.ts';
import type { Session } from '../../lambda/core/session.ts';
import type { SessionStore } from '../../lambda/core/session-store.ts';
import { MemoryAccounts } from './memory-accounts.ts';
import { MemorySessions } from './memory-store.ts';
import { MemoryTable } from './memory-table.ts';

/** What the contract suite needs of a store: the ports, and a way past them to look at what is kept. */
export interface StoreUnderTest {
  readonly sessions: SessionStore;
  readonly accounts: Accounts;
  session(subject: string, sessionId: string): Promise<Session | undefined>;
  /** The TTL attribute, epoch seconds. */
  expiresAt(subject: string, sessionId: string): Promise<number | undefined>;
  /** What TTL deletion does. */
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
