import { expect, test, vi } from 'vitest';
import { login } from '../../../lambda/core/login.ts';
import { TableUsers } from '../../../lambda/core/users.ts';
import { Argon2Passwords } from '../../../lambda/crypto/argon2-passwords.ts';
import { foreignTags } from '../../../lambda/crypto/foreign-hash.ts';
import { storedOf, vectorOf } from '../../support/foreign-hashes.ts';
import { alice, aliceLogin, openWorld } from '../../support/world.ts';

vi.mock('../../../lambda/crypto/foreign-hash.ts', async (original) => {
  const real = await original<typeof import('../../../lambda/crypto/foreign-hash.ts')>();
  return { foreignTags: vi.fn(real.foreignTags) };
});

test('a login replaces a hash of another system, and the next login does not load code for it', async () => {
  const world = openWorld();
  const passwords = new Argon2Passwords({ memoryKib: 8, passes: 1, lanes: 1 });
  const tools = { ...world.tools, users: new TableUsers(world.tools.accounts, passwords) };
  const vector = vectorOf('bcrypt of 90 bytes');
  const { password } = vector;
  world.table.changeAccount(alice.subject, (account) => ({ ...account, passwordHash: storedOf(vector) }));
  await login({ ...aliceLogin, password }, tools);
  expect(foreignTags).toHaveBeenCalledTimes(1);
  await login({ ...aliceLogin, password }, tools);
  expect(foreignTags).toHaveBeenCalledTimes(1);
  // bcrypt read 72 bytes. The new hash covers the whole password.
  const shortened = login({ ...aliceLogin, password: password.slice(0, 72) }, tools);
  await expect(shortened).rejects.toMatchObject({ reason: 'password_wrong' });
});
