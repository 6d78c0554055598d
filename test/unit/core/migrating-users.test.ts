import { describe, expect, test } from 'vitest';
import type { Account } from '../../../lambda/core/account.ts';
import type { PrivateReason } from '../../../lambda/core/errors.ts';
import { login } from '../../../lambda/core/login.ts';
import { type MigratingUser, MigratingUsers, type Placement } from '../../../lambda/core/migrating-users.ts';
import { expectRefusal } from '../../support/expect.ts';
import { alice, aliceLogin, openWorld } from '../../support/world.ts';

/** The rules of a migration, for each result of placing the account. */

const bob: MigratingUser = { username: 'bob@example.com', claims: {}, scopes: ['read'] };
const bobLogin = { ...aliceLogin, username: bob.username, password: 'of the old system' };

function openMigration(answer: MigratingUser | undefined, placement: Placement, meanwhile?: Account) {
  const world = openWorld();
  const placed: Account[] = [];
  const asked: string[] = [];
  const users = new MigratingUsers(
    {
      accounts: world.tools.accounts,
      passwords: world.tools.passwords,
      migrated: {
        subjectOf: async (username) => `derived from ${username}`,
        place: async (account, nowMs) => {
          placed.push(account);
          const added = placement === 'created' ? account : meanwhile;
          if (added !== undefined) await world.tools.accounts.create(added, nowMs);
          return placement;
        },
      },
    },
    {
      ask: async (name) => {
        asked.push(name);
        return answer;
      },
    },
  );
  return { placed, asked, login: (request = bobLogin) => login(request, { ...world.tools, users }) };
}

describe('a name without an account', () => {
  test('moves with the subject of the old system', async () => {
    const migration = openMigration({ ...bob, subject: 'bob-7' }, 'created');
    expect((await migration.login()).session.subject).toBe('bob-7');
    expect(migration.placed).toMatchObject([{ subject: 'bob-7', status: 'active', epoch: 0, scopes: ['read'] }]);
  });

  test('moves with a derived subject if the old system has none', async () => {
    const { session } = await openMigration(bob, 'created').login();
    expect(session.subject).toBe('derived from bob@example.com');
  });

  test('is unknown if the old system refuses it', async () => {
    const migration = openMigration(undefined, 'created');
    await expectRefusal(migration.login(), 'invalid_grant', 'user_unknown');
    expect(migration.placed).toEqual([]);
  });

  test('is never sent if no account can have it', async () => {
    const migration = openMigration(bob, 'created');
    await expectRefusal(migration.login({ ...bobLogin, username: '' }), 'invalid_grant', 'user_unknown');
    expect(migration.asked).toEqual([]);
  });
});

describe('a subject or a name is already in use', () => {
  const account = { ...alice, ...bob, subject: 'bob-7' };

  test.each<Placement>(['present', 'taken'])(
    '%s: a parallel login created the account, and the password is verified against it',
    async (placement) => {
      const migration = openMigration({ ...bob, subject: 'bob-7' }, placement, account);
      await expectRefusal(migration.login(), 'invalid_grant', 'password_wrong');
      const same = openMigration({ ...bob, subject: 'bob-7' }, placement, account);
      expect((await same.login({ ...bobLogin, password: aliceLogin.password })).session.subject).toBe('bob-7');
    },
  );

  test.each<[Placement, PrivateReason]>([
    ['taken', 'name_taken'],
    ['deleted', 'user_disabled'],
    ['present', 'user_unknown'],
  ])('%s, and the name leads to no account: %s', async (placement, reason) => {
    const migration = openMigration({ ...bob, subject: 'bob-7' }, placement);
    await expectRefusal(migration.login(), 'invalid_grant', reason);
  });
});
