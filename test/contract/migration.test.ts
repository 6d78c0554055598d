import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectRefusal, expectUnavailable, rejectionOf } from '../support/expect.ts';
import { loginAt, newAccount } from '../support/sessions.ts';
import { type Migration, openMigration } from './support/migration.ts';

/** Users who move at their first login, on a real engine. */

let migration: Migration;
beforeAll(async () => {
  migration = await openMigration();
});
afterAll(() => migration.stop());

test('the first login creates an account with the hash of its password, even of one that the policy refuses', async () => {
  const user = migration.oldUser({ password: 'abc', claims: { tenant: 'acme' }, scopes: ['read'] });
  const { session } = await migration.login(user);
  expect(session).toMatchObject({ subject: user.subject, scopes: ['read'] });
  expect(await migration.account(user.username)).toMatchObject({
    ...{ subject: user.subject, username: user.username, email: user.email, claims: { tenant: 'acme' } },
    ...{ scopes: ['read'], status: 'active', epoch: 0, passwordHash: migration.hashOf('abc') },
  });
});

describe('the name of an existing account is never sent', () => {
  test('after the first login, for both names and any password', async () => {
    const user = migration.oldUser();
    await migration.login(user);
    const { length } = migration.asked;
    await migration.login({ ...user, username: user.email });
    await expectRefusal(migration.login({ ...user, password: 'other' }), 'invalid_grant', 'password_wrong');
    // The old system now has a different answer.
    migration.old.set(user.username, { ...user, password: 'changed there' });
    await expectRefusal(migration.login({ ...user, password: 'changed there' }), 'invalid_grant', 'password_wrong');
    expect(migration.asked.length).toBe(length);
  });

  test.each([
    ['without a password', 'user_unknown'],
    ['disabled', 'user_disabled'],
  ] as const)('an account %s', async (_name, reason) => {
    const user = migration.oldUser();
    const { passwordHash: _none, ...rest } = newAccount();
    const account = { ...rest, username: user.username };
    const disabled = { ...account, passwordHash: migration.hashOf(user.password), status: 'disabled' as const };
    await migration.store.accounts.create(reason === 'user_disabled' ? disabled : account, loginAt);
    const { length } = migration.asked;
    await expectRefusal(migration.login(user), 'invalid_grant', reason);
    expect(migration.asked.length).toBe(length);
  });

  test('its login makes the same requests as without a migration', async () => {
    const user = migration.oldUser();
    await migration.login(user);
    const { proxy } = migration.store;
    const callsOf = async (run: () => Promise<unknown>) => {
      proxy.clear();
      await run();
      return proxy.calls.map(({ operation }) => operation).sort();
    };
    const withMigration = await callsOf(() => migration.login(user));
    expect(withMigration).toEqual(await callsOf(() => migration.loginWithout(user)));
    expect(withMigration.length).toBeGreaterThan(2);
  });
});

describe.each([
  ['with a subject', {}],
  ['without one', { subject: undefined }],
])('50 parallel first logins of a user %s', (_name, changes) => {
  test('create one account, and all succeed', async () => {
    const user = migration.oldUser(changes);
    const logins = Array.from({ length: 50 }, (_, index) =>
      migration.login({ ...user, username: index % 3 === 0 ? user.email : user.username }),
    );
    const subjects = new Set((await Promise.all(logins)).map(({ session }) => session.subject));
    expect(subjects.size).toBe(1);
    expect(await migration.accountsNamed(user.username)).toEqual([...subjects]);
    expect(await migration.liveSessions([...subjects].join())).toBe(50);
  });
});

describe.each(['before', 'after'] as const)('a crash %s', (when) => {
  test.each([
    ['with a subject', {}],
    ['without one', { subject: undefined }],
  ])(
    'any request of a first login %s: nothing is lost or duplicated, and the next login succeeds',
    async (_name, changes) => {
      for (let at = 1; ; at += 1) {
        const user = migration.oldUser(changes);
        const end = await rejectionOf(migration.dyingLogin(user, at, when).then(() => Promise.reject('done')));
        const made = await migration.account(user.username);
        if (made !== undefined) expect(made.passwordHash).toBe(migration.hashOf(user.password));
        if (end === 'done') return expect(at).toBeGreaterThan(7);
        expect((end as Error).message).not.toBe('done');
        const { session } = await migration.login(user);
        expect(await migration.accountsNamed(user.username)).toEqual([session.subject]);
        expect((await migration.login({ ...user, username: user.email })).session.subject).toBe(session.subject);
      }
    },
  );
});

test.each(['ask', 'hash'] as const)('if %s fails, nothing is stored, and the next login succeeds', async (step) => {
  const user = migration.oldUser();
  const before = await migration.itemCount();
  migration.failAt = step;
  await expectUnavailable(migration.login(user), step === 'ask' ? 'migrate_failed' : 'unexpected');
  expect(await migration.itemCount()).toBe(before);
  migration.failAt = undefined;
  await migration.login(user);
});

test('parallel first logins without a subject share one key', async () => {
  // A new table, which has no key yet.
  const fresh = await openMigration();
  const users = Array.from({ length: 8 }, () => fresh.oldUser({ subject: undefined }));
  const first = await Promise.all(users.map(async (user) => (await fresh.login(user)).session.subject));
  expect(new Set(first).size).toBe(users.length);
  expect(await Promise.all(users.map((user) => fresh.subjectOf(user.username)))).toEqual(first);
  await fresh.stop();
});
