import type { Env } from './contract/env.ts';
import type { functions } from './contract/functions.ts';
import { ExternalUsers } from './core/external-users.ts';
import { MigratingUsers } from './core/migrating-users.ts';
import { TableUsers, type Users } from './core/users.ts';
import { Argon2Passwords } from './crypto/argon2-passwords.ts';
import { migrateFunction } from './migrate-function.ts';
import { DynamoMigratedAccounts } from './store/migrated-accounts.ts';
import { usersFunction } from './users-function.ts';
import type { issuingTools } from './wiring.ts';

/** The users that may log in, depending on the props `users` and `migrate`. */
export function usersOf(
  env: Pick<Env<(typeof functions)['login']['env']>, 'USERS_FUNCTION' | 'MIGRATE_FUNCTION'>,
  parts: ReturnType<typeof issuingTools>,
): Users {
  const { accounts, clock, table } = parts;
  if (env.USERS_FUNCTION !== undefined) {
    return new ExternalUsers(accounts, usersFunction(env.USERS_FUNCTION), clock);
  }
  const passwords = new Argon2Passwords();
  if (env.MIGRATE_FUNCTION === undefined) return new TableUsers(accounts, passwords);
  const migrated = new DynamoMigratedAccounts(table, parts);
  return new MigratingUsers({ accounts, passwords, migrated }, migrateFunction(env.MIGRATE_FUNCTION));
}
