import { describe, expect, test } from 'vitest';
import type { Account } from '../../lambda/core/account.ts';
import { type Accounts, NameTaken } from '../../lambda/core/account-store.ts';
import { loginNameOf } from '../../lambda/core/username.ts';
import { rejectionOf } from '../support/expect.ts';
import { loginAt, newAccount } from '../support/sessions.ts';
import { day } from '../support/world.ts';

/** Account names: usernames and e-mail addresses, and changes to them. */
export function accountNamesContract(store: () => Accounts): void {
  const created = async (changes: Partial<Account> = {}) => {
    const account = newAccount(changes);
    await store().create(account, loginAt);
    return account;
  };

  describe('names', () => {
    const find = (name: string) => store().findSubject(loginNameOf(name));
    const withEmail = (changes: Partial<Account> = {}) => {
      const { username } = newAccount();
      return created({ email: `${username}@example.com`, username, ...changes });
    };
    const move = (account: Account, email: string, changes: { nowMs?: number } = {}) =>
      store().moveEmail({ account, email, kept: 'this one', nowMs: loginAt, ...changes });
    const fresh = () => `${newAccount().username}@example.net`;

    test('username and e-mail address lead to the account', async () => {
      const { subject, username, email = '' } = await withEmail();
      expect([await find(username), await find(email)]).toEqual([subject, subject]);
    });

    test('a name belongs to one account, as username or as e-mail address', async () => {
      const one = await withEmail();
      for (const changes of [{ username: one.email ?? '' }, { email: one.username }, { email: one.email ?? '' }]) {
        const other = newAccount(changes);
        const error = await rejectionOf(store().create(other, loginAt + day));
        expect(error).toBeInstanceOf(NameTaken);
        expect(await store().read(other.subject)).toBeUndefined();
        for (const name of [other.username, other.email]) expect(await find(name ?? '')).not.toBe(other.subject);
      }
      expect([await find(one.username), await find(one.email ?? '')]).toEqual([one.subject, one.subject]);
    });

    test('moveEmail changes address, epoch and kept session, claims the new address and frees the old one', async () => {
      const account = await withEmail();
      const email = fresh();
      const after = { ...account, email, kept: 'this one', epoch: account.epoch + 1 };
      expect(await move(account, email)).toEqual({ applied: true, account: after });
      expect(await store().read(account.subject)).toEqual(after);
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
      expect(await store().read(one.subject)).toEqual(one);
      expect(await find(other.email ?? '')).toBe(other.subject);
    });

    test('moveEmail keeps a username that equals the old address', async () => {
      const { username } = newAccount();
      const account = await created({ username, email: username });
      await move(account, fresh());
      expect(await find(username)).toBe(account.subject);
    });

    test.each([
      ['password', { passwordHash: 'another' }],
      ['address', { email: 'older@example.com' }],
    ])(
      'moveEmail changes nothing if the %s differs from the one that was read, and frees its claim',
      async (_, changes) => {
        const account = await withEmail();
        const email = fresh();
        expect(await move({ ...account, ...changes }, email)).toEqual({ applied: false, account });
        expect(await find(email)).toBeUndefined();
        expect(await find(account.email ?? '')).toBe(account.subject);
      },
    );

    test('if ten accounts claim one address at once, one of them gets it', async () => {
      const accounts = await Promise.all(Array.from({ length: 10 }, () => withEmail()));
      const email = fresh();
      const results = await Promise.allSettled(accounts.map((account) => move(account, email)));
      const won = results.filter((result) => result.status === 'fulfilled' && result.value.applied);
      expect(won).toHaveLength(1);
      const holders = await Promise.all(accounts.map(({ subject }) => store().read(subject)));
      const holder = holders.filter((account) => account?.email === email);
      expect(holder.map((account) => account?.subject)).toEqual([await find(email)]);
    });

    test('if two changes of one account claim one address, the loser does not free the winner’s claim', async () => {
      const account = await withEmail();
      const email = fresh();
      const results = await Promise.all([move(account, email), move(account, email), move(account, email)]);
      expect(results.filter(({ applied }) => applied)).toHaveLength(1);
      expect(await find(email)).toBe(account.subject);
    });
  });
}
