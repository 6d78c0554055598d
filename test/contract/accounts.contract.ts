import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../lambda/core/account.ts';
import { NameTaken } from '../../lambda/core/account-store.ts';
import { loginNameOf } from '../../lambda/core/username.ts';
import { rejectionOf } from '../support/expect.ts';
import { cheapHash } from '../support/passwords.ts';
import { expiryOf, loginAt, newAccount, newSession } from '../support/sessions.ts';
import type { OpenStore, StoreUnderTest } from '../support/store-under-test.ts';
import { day } from '../support/world.ts';

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
    test('reads back as it was, by username and by subject', async () => {
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

    test('a taken username stays with its account, and no half of the other is left', async () => {
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

    test('a subject is never taken over', async () => {
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

  describe('names', () => {
    const find = (name: string) => store.accounts.findSubject(loginNameOf(name));
    const withEmail = (changes: Partial<Account> = {}) => {
      const { username } = newAccount();
      return created({ email: `${username}@example.com`, username, ...changes });
    };
    const move = (account: Account, email: string, changes: { nowMs?: number } = {}) =>
      store.accounts.moveEmail({ account, email, kept: 'this one', nowMs: loginAt, ...changes });
    const fresh = () => `${newAccount().username}@example.net`;

    test('username and e-mail address lead to the account', async () => {
      const { subject, username, email = '' } = await withEmail();
      expect([await find(username), await find(email)]).toEqual([subject, subject]);
    });

    test('a name is one account’s, as whichever of the two', async () => {
      const one = await withEmail();
      for (const changes of [{ username: one.email ?? '' }, { email: one.username }, { email: one.email ?? '' }]) {
        const other = newAccount(changes);
        const error = await rejectionOf(store.accounts.create(other, loginAt + day));
        expect(error).toBeInstanceOf(NameTaken);
        expect(await store.accounts.read(other.subject)).toBeUndefined();
        for (const name of [other.username, other.email]) expect(await find(name ?? '')).not.toBe(other.subject);
      }
      expect([await find(one.username), await find(one.email ?? '')]).toEqual([one.subject, one.subject]);
    });

    test('moveEmail changes address, epoch and who is kept, claims the new one and frees the old one', async () => {
      const account = await withEmail();
      const email = fresh();
      const after = { ...account, email, kept: 'this one', epoch: account.epoch + 1 };
      expect(await move(account, email)).toEqual({ applied: true, account: after });
      expect(await store.accounts.read(account.subject)).toEqual(after);
      expect([await find(email), await find(account.email ?? ''), await find(account.username)]).toEqual([
        account.subject,
        undefined,
        account.subject,
      ]);
    });

    test('moveEmail to a taken address changes nothing', async () => {
      const [one, other] = [await withEmail(), await withEmail()];
      for (const taken of [other.email ?? '', other.username]) {
        expect(await rejectionOf(move(one, taken, { nowMs: loginAt + day }))).toBeInstanceOf(NameTaken);
      }
      expect(await store.accounts.read(one.subject)).toEqual(one);
      expect(await find(other.email ?? '')).toBe(other.subject);
    });

    test('moveEmail keeps the username, where the address was that', async () => {
      const { username } = newAccount();
      const account = await created({ username, email: username });
      await move(account, fresh());
      expect(await find(username)).toBe(account.subject);
    });

    test.each([
      ['password', { passwordHash: 'another' }],
      ['address', { email: 'older@example.com' }],
    ])('moveEmail does nothing when the %s is not the one that was read, and frees its claim', async (_, changes) => {
      const account = await withEmail();
      const email = fresh();
      expect(await move({ ...account, ...changes }, email)).toEqual({ applied: false, account });
      expect(await find(email)).toBeUndefined();
      expect(await find(account.email ?? '')).toBe(account.subject);
    });

    test('of ten accounts that want one address at once, one gets it', async () => {
      const accounts = await Promise.all(Array.from({ length: 10 }, () => withEmail()));
      const email = fresh();
      const results = await Promise.allSettled(accounts.map((account) => move(account, email)));
      const won = results.filter((result) => result.status === 'fulfilled' && result.value.applied);
      expect(won).toHaveLength(1);
      const holders = await Promise.all(accounts.map(({ subject }) => store.accounts.read(subject)));
      const holder = holders.filter((account) => account?.email === email);
      expect(holder.map((account) => account?.subject)).toEqual([await find(email)]);
    });

    test('of two changes of one account to one address, the loser does not free the winner’s', async () => {
      const account = await withEmail();
      const email = fresh();
      const results = await Promise.all([move(account, email), move(account, email), move(account, email)]);
      expect(results.filter(({ applied }) => applied)).toHaveLength(1);
      expect(await find(email)).toBe(account.subject);
    });
  });

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
