import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../lambda/core/account.ts';
import { NameTaken } from '../../lambda/core/account-store.ts';
import { loginNameOf } from '../../lambda/core/username.ts';
import { rejectionOf } from '../support/expect.ts';
import { cheapHash } from '../support/passwords.ts';
import { expiryOf, loginAt, newAccount, newSession } from '../support/sessions.ts';
import type { OpenStore, StoreUnderTest } from '../support/store-under-test.ts';
import { accountNamesContract } from './account-names.contract.ts';

/** Accounts: create, read and rehash. */
export function accountsContract(open: OpenStore): void {
  let store: StoreUnderTest;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.stop());

  const created = async (changes: Partial<Account> = {}) => {
    const account = newAccount(changes);
    await store.accounts.create(account, loginAt);
    return account;
  };

  describe('create', () => {
    test('reads back unchanged, by username and by subject', async () => {
      const account = await created({
        email: 'a@example.com',
        kept: 'a session',
        claims: { deep: { list: [1, 'é'] } },
      });
      expect(await store.accounts.findSubject(loginNameOf(account.username))).toBe(account.subject);
      expect(await store.accounts.read(account.subject)).toEqual(account);
    });

    test('nothing is found where nothing is', async () => {
      expect(await store.accounts.findSubject(loginNameOf('nobody'))).toBeUndefined();
      expect(await store.accounts.read('nobody')).toBeUndefined();
      expect(await store.accounts.readWithSessions('nobody')).toEqual({ account: undefined, sessions: [] });
    });

    test('a taken username stays with its account, and nothing is left of the refused one', async () => {
      const account = await created();
      const other = newAccount({ username: account.username });
      expect(await rejectionOf(store.accounts.create(other, loginAt))).toBeInstanceOf(NameTaken);
      expect(await store.accounts.findSubject(loginNameOf(account.username))).toBe(account.subject);
      expect(await store.accounts.read(other.subject)).toBeUndefined();
    });

    test('of ten that want one username at once, one gets it', async () => {
      const { username } = newAccount();
      const accounts = Array.from({ length: 10 }, () => newAccount({ username }));
      const results = await Promise.allSettled(accounts.map((account) => store.accounts.create(account, loginAt)));
      expect(results.filter((result) => result.status === 'fulfilled').length).toBe(1);
      const winner = accounts[results.findIndex((result) => result.status === 'fulfilled')];
      expect(await store.accounts.findSubject(loginNameOf(username))).toBe(winner?.subject);
    });

    test('a subject is never reused', async () => {
      const account = await created();
      const other = newAccount({ subject: account.subject });
      expect(await rejectionOf(store.accounts.create(other, loginAt))).toHaveProperty(
        'message',
        'a new subject is already in use',
      );
      expect(await store.accounts.read(account.subject)).toEqual(account);
      expect(await store.accounts.findSubject(loginNameOf(other.username))).toBeUndefined();
    });
  });

  accountNamesContract(() => store.accounts);

  describe('readWithSessions', () => {
    test('the account and its own sessions, including ended ones', async () => {
      const account = await created();
      const mine = [newSession({ subject: account.subject }), newSession({ subject: account.subject })];
      const stranger = newSession({ subject: `${account.subject}2` });
      for (const session of [...mine, stranger]) await store.sessions.create(session, expiryOf(session));
      await store.sessions.revoke(account.subject, mine[0]?.sessionId ?? '', 'deleted', 0);
      const found = await store.accounts.readWithSessions(account.subject);
      expect(found.account).toEqual(account);
      const statuses = new Map(found.sessions.map((session) => [session.sessionId, session.status]));
      expect(statuses).toEqual(new Map(mine.map(({ sessionId }, index) => [sessionId, index ? 'active' : 'revoked'])));
    });

    test('more than one page', async () => {
      const account = await created();
      const big = Array.from({ length: 30 }, () =>
        newSession({ subject: account.subject, deviceName: 'x'.repeat(50_000) }),
      );
      await Promise.all(big.map((session) => store.sessions.create(session, expiryOf(session))));
      const found = await store.accounts.readWithSessions(account.subject);
      expect(found.account).toEqual(account);
      const ids = (sessions: readonly { sessionId: string }[]) => sessions.map((one) => one.sessionId).toSorted();
      expect(ids(found.sessions)).toEqual(ids(big));
    });
  });

  describe('setNetworks', () => {
    test('replaces the list, and nothing else', async () => {
      const account = await created();
      for (const networks of [['a'], ['b', 'a']]) {
        await store.accounts.setNetworks(account.subject, networks);
        expect(await store.accounts.read(account.subject)).toEqual({ ...account, networks });
      }
    });

    test('no account comes of it', async () => {
      await store.accounts.setNetworks('nobody', ['a']);
      expect(await store.accounts.read('nobody')).toBeUndefined();
    });
  });

  describe('rehash', () => {
    test('replaces the hash that was verified, and nothing else', async () => {
      const account = await created();
      expect(await store.accounts.rehash(account.subject, cheapHash('correct horse'), 'new')).toBe(true);
      expect(await store.accounts.read(account.subject)).toEqual({ ...account, passwordHash: 'new' });
    });

    test('not a hash that changed since', async () => {
      const account = await created();
      expect(await store.accounts.rehash(account.subject, 'older', 'new')).toBe(false);
      expect(await store.accounts.read(account.subject)).toEqual(account);
    });

    test('no account comes of it', async () => {
      expect(await store.accounts.rehash('nobody', 'old', 'new')).toBe(false);
      expect(await store.accounts.read('nobody')).toBeUndefined();
    });
  });
}
