import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Unavailable } from '../../lambda/core/errors.ts';
import { expectRefusal, expectUnavailable } from '../support/expect.ts';
import { loginAt, newAccount } from '../support/sessions.ts';
import { type Migration, openMigration } from './support/migration.ts';

/** First logins that create no account, on a real engine. */

let migration: Migration;
beforeAll(async () => {
  migration = await openMigration();
});
afterAll(() => migration.stop());

describe('a first login is refused and changes nothing for', () => {
  test('a wrong password, an unknown user, and a name that no account can have', async () => {
    const user = migration.oldUser();
    const before = await migration.itemCount();
    await expectRefusal(migration.login({ ...user, password: 'wrong' }), 'invalid_grant', 'user_unknown');
    await expectRefusal(migration.login({ ...user, username: 'nobody' }), 'invalid_grant', 'user_unknown');
    const { length } = migration.asked;
    await expectRefusal(migration.login({ ...user, username: 'white space' }), 'invalid_grant', 'user_unknown');
    expect(migration.asked.length).toBe(length);
    expect(await migration.itemCount()).toBe(before);
  });

  test.each(['username', 'email'] as const)('a user whose %s belongs to another account', async (name) => {
    const user = migration.oldUser();
    const holder = { ...newAccount(), username: user[name] };
    await migration.store.accounts.create(holder, loginAt - 120_000);
    const typed = name === 'email' ? user.username : user.email;
    await expectRefusal(migration.login({ ...user, username: typed }), 'invalid_grant', 'name_taken');
    expect(await migration.account(user[name])).toEqual(holder);
    expect(await migration.account(typed)).toBeUndefined();
  });

  test.each([{}, { subject: undefined }])('a user who was deleted here, with %j in the old system', async (changes) => {
    const user = migration.oldUser(changes);
    const { session } = await migration.login(user);
    await migration.deleteUser(session.subject);
    await expectRefusal(migration.login(user), 'invalid_grant', 'user_disabled');
    expect(await migration.account(user.username)).toBeUndefined();
    // Another user may have the name.
    const heir = { ...newAccount(), username: user.username };
    await migration.store.accounts.create(heir, loginAt);
    await expectRefusal(migration.login(user), 'invalid_grant', 'password_wrong');
  });

  test('an address that the user no longer has here', async () => {
    const user = migration.oldUser();
    await migration.login(user);
    const account = await migration.account(user.username);
    if (account === undefined) throw new Error('no account');
    await migration.store.accounts.moveEmail({ account, email: `new-${user.email}`, kept: 'none', nowMs: loginAt });
    await expectRefusal(migration.login({ ...user, username: user.email }), 'invalid_grant', 'user_unknown');
    expect((await migration.account(user.username))?.email).toBe(`new-${user.email}`);
  });
});

test('a name whose registration is in progress returns 503; a later attempt gets the result', async () => {
  const user = migration.oldUser();
  await migration.claim(user.email, 'somebody');
  await expectUnavailable(migration.login(user), 'race_lost');
  migration.advance(61_000);
  expect((await migration.login(user)).session.subject).toBe(user.subject);
});

describe('during the call of the old system, a first login is overtaken by', () => {
  test('a login with another password, which is then the password', async () => {
    const user = migration.oldUser({ password: 'two' });
    migration.whileAsked = async () => {
      migration.old.set(user.username, { ...user, password: 'one' });
      await migration.login({ ...user, password: 'one' });
      migration.old.set(user.username, user);
    };
    await expectRefusal(migration.login(user), 'invalid_grant', 'password_wrong');
    expect((await migration.account(user.username))?.passwordHash).toBe(migration.hashOf('one'));
  });

  test('a login whose user is then disabled', async () => {
    const user = migration.oldUser();
    migration.whileAsked = async () => {
      const { subject } = (await migration.login(user)).session;
      await migration.store.accounts.revokeSessions({ subject, set: { status: 'disabled' } });
    };
    await expectRefusal(migration.login(user), 'invalid_grant', 'user_disabled');
  });
});

test('an attempt is counted before the old system is called', async () => {
  const user = migration.oldUser();
  const { length } = migration.asked;
  const refused = new Unavailable('store_throttled');
  await expectUnavailable(migration.loginUncounted(user, refused), 'store_throttled');
  expect(migration.asked.length).toBe(length);
});
