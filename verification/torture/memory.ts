import { MemoryAccounts } from '../../test/support/memory-accounts.ts';
import { MemorySessions } from '../../test/support/memory-store.ts';
import { MemoryTable } from '../../test/support/memory-table.ts';
import type { Judge } from './judge.ts';
import type { OpenStores } from './world.ts';

/** The in-memory stores, with a table per world. Every write is checked. */
export const openMemory: OpenStores = async (accounts) => {
  const table = new MemoryTable();
  for (const account of accounts) {
    table.accounts.set(account.subject, account);
    table.logins.set(account.username, account.subject);
  }
  return {
    sessions: new MemorySessions(table),
    accounts: new MemoryAccounts(table),
    exact: true,
    beside: ({ stores }, policy) => ({
      sessions: stores.memorySessions(table, policy),
      accounts: new stores.MemoryAccounts(table),
    }),
    async deleteExpired(nowMs) {
      for (const [key, { expiresAt }] of table.sessions) if (expiresAt * 1000 < nowMs) table.sessions.delete(key);
    },
    dump: () => [[...table.sessions.values()], [...table.accounts.values()]],
    check: (judge) => checkWrites(judge, table),
  };
};

/**
 * Invariants 1 and 6 in the table: each generation rotates once, only live sessions rotate, and fixed values never
 * change.
 */
function checkWrites(judge: Judge, table: MemoryTable): void {
  const { idleMs } = judge.loose;
  for (const { method, before, after } of table.writes.splice(0)) {
    const wrong = (what: string) => judge.report(6, `${what} (${method} of generation ${after.generation})`);
    if (method === 'create') {
      if (before !== undefined) wrong('a session was overwritten');
      continue;
    }
    if (before === undefined) {
      wrong('a deleted session came back');
      continue;
    }
    if (before.status !== 'active') wrong('a revoked session was written');
    if (after.absoluteExpiry !== before.absoluteExpiry) wrong('the absolute end was moved');
    if (after.epoch !== before.epoch || after.createdAt !== before.createdAt) wrong('what is fixed was moved');
    if (method === 'revoke') continue;
    if (method === 'owe' || method === 'settle') {
      if (after.generation !== before.generation || after.currentHash !== before.currentHash)
        judge.report(1, 'a note of an unanswered request moved the session on');
      continue;
    }
    if (after.generation !== before.generation + 1) judge.report(1, 'a generation was skipped');
    if (after.previousHash !== before.currentHash) judge.report(1, 'another secret than the current one rotated');
    if (before.absoluteExpiry <= after.rotatedAt || before.rotatedAt <= after.rotatedAt - idleMs)
      wrong('an expired session rotated');
  }
}
