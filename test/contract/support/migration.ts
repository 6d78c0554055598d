import type { Account } from '../../../lambda/core/account.ts';
import { Unavailable } from '../../../lambda/core/errors.ts';
import type { TokenSet } from '../../../lambda/core/issue.ts';
import { type LoginTools, login } from '../../../lambda/core/login.ts';
import { type MigratingUser, MigratingUsers } from '../../../lambda/core/migrating-users.ts';
import type { Throttle } from '../../../lambda/core/throttle.ts';
import { loginNameOf } from '../../../lambda/core/username.ts';
import { TableUsers } from '../../../lambda/core/users.ts';
import { nodeCodec, nodeCrypto, nodeRandom } from '../../../lambda/crypto/node-crypto.ts';
import { AccountRemoval } from '../../../lambda/store/account-removal.ts';
import type { Table } from '../../../lambda/store/dynamo.ts';
import { DynamoAccounts } from '../../../lambda/store/dynamo-accounts.ts';
import { DynamoSessionStore } from '../../../lambda/store/dynamo-session-store.ts';
import { LoginNames } from '../../../lambda/store/login-names.ts';
import { DynamoMigratedAccounts } from '../../../lambda/store/migrated-accounts.ts';
import { Dying } from '../../support/dying.ts';
import { type DynamoUnderTest, openDynamo } from '../../support/dynamo-under-test.ts';
import { CheapPasswords, cheapHash } from '../../support/passwords.ts';
import { aliceLogin, openWorld } from '../../support/world.ts';

/** A user of the old system. */
export interface OldUser extends Omit<MigratingUser, 'email' | 'subject'> {
  readonly email: string;
  readonly subject?: string | undefined;
  readonly password: string;
}

type Typed = Pick<OldUser, 'username' | 'password'>;

const hashing = { crypto: nodeCrypto, codec: nodeCodec };
const tools = { ...hashing, random: nodeRandom };

/** Logins over a real table, with an old system that knows {@link Migration.oldUser | its users}. */
export type Migration = Awaited<ReturnType<typeof openMigration>>;

export async function openMigration() {
  const store: DynamoUnderTest = await openDynamo('dynoxide');
  // Fifty simultaneous logins are slow on a busy machine.
  const { table } = store.impatient(20_000);
  const world = openWorld();
  const old = new Map<string, OldUser>();
  const asked: string[] = [];
  let count = 0;
  const newOperationId = () => nodeCodec.toBase64url(nodeRandom.bytes(12));
  const ask = async (name: string, password: string): Promise<MigratingUser | undefined> => {
    asked.push(name);
    const { whileAsked } = migration;
    migration.whileAsked = undefined;
    await whileAsked?.();
    if (migration.failAt === 'ask') throw new Unavailable('migrate_failed');
    const user = [...old.values()].find(({ username, email }) => username === name || email === name);
    if (user?.password !== password) return undefined;
    const { password: _typed, subject, ...rest } = user;
    return { ...rest, ...(subject !== undefined && { subject }) };
  };
  class Failing extends CheapPasswords {
    override async hash(password: string): Promise<string> {
      if (migration.failAt === 'hash') throw new Unavailable('unexpected');
      return super.hash(password);
    }
  }
  const passwords = new Failing();
  const toolsOver = (table: Table, changes: Partial<LoginTools> = {}): LoginTools => {
    const accounts = new DynamoAccounts(table, newOperationId);
    const migrated = new DynamoMigratedAccounts(table, tools);
    const sessions = new DynamoSessionStore(table, newOperationId);
    const users = new MigratingUsers({ accounts, passwords, migrated }, { ask });
    // Attempts are not counted in this table, so that every item belongs to the migration.
    return { ...world.tools, random: nodeRandom, maxSessionsPerUser: 100, accounts, sessions, users, ...changes };
  };
  const loginWith = (typed: Typed, using: LoginTools): Promise<TokenSet> =>
    login({ ...aliceLogin, username: typed.username, password: typed.password }, using);
  const items = async () => {
    const found: Record<string, { S?: string }>[] = [];
    let from: Parameters<typeof store.scan>[0];
    do {
      const page = await store.scan(from);
      found.push(...((page.Items ?? []) as typeof found));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return found;
  };
  const migration = {
    store,
    old,
    /** The names that the old system was asked about. */
    asked: asked as readonly string[],
    failAt: undefined as 'ask' | 'hash' | undefined,
    /** Runs once, during a call of the old system. */
    whileAsked: undefined as (() => Promise<unknown>) | undefined,
    hashOf: (password: string) => cheapHash(password),
    advance: (ms: number) => world.clock.advance(ms),
    oldUser(changes: Partial<OldUser> = {}): OldUser {
      count += 1;
      const username = `mover-${count}`;
      const user = { username, email: `${username}@example.com`, subject: `old-${count}`, password: 'old password' };
      const made = { claims: {}, scopes: [], ...user, ...changes };
      old.set(username, made);
      return made;
    },
    login: (typed: Typed) => loginWith(typed, toolsOver(table)),
    loginWithout(typed: Typed) {
      const users = new TableUsers(store.accounts, passwords);
      return loginWith(typed, toolsOver(table, { users }));
    },
    loginUncounted(typed: Typed, error: Error) {
      const countSlowing: Throttle['countSlowing'] = async () => {
        throw error;
      };
      return loginWith(typed, toolsOver(table, { throttle: { ...world.tools.throttle, countSlowing } }));
    },
    dyingLogin: (typed: Typed, at: number, when: 'before' | 'after') =>
      loginWith(typed, toolsOver(new Dying(table, at, when).table)),
    claim: (name: string, subject: string) =>
      new LoginNames(table).claim({ name, subject, operationId: subject, nowMs: world.clock.nowMs() }),
    subjectOf: (username: string) => new DynamoMigratedAccounts(table, tools).subjectOf(username),
    /** Like `pawl users delete`: marks the account as deleted and frees its names. */
    async deleteUser(subject: string) {
      const removal = new AccountRemoval(table, hashing);
      await removal.mark(subject, world.clock.nowMs());
      for (const name of (await removal.find(subject))?.names ?? []) await removal.release(name, subject);
      await removal.strip(subject);
    },
    async account(name: string): Promise<Account | undefined> {
      const subject = await store.accounts.findSubject(loginNameOf(name));
      return subject === undefined ? undefined : store.accounts.read(subject);
    },
    itemCount: async () => (await items()).filter(({ sk }) => sk?.S !== 'KEY').length,
    /** The subjects of the accounts with a username. */
    accountsNamed: async (username: string) =>
      (await items())
        .filter(({ sk, username: name }) => sk?.S === 'ACCOUNT' && name?.S === username)
        .map(({ pk }) => String(pk?.S).replace('USER#', '')),
    liveSessions: async (subject: string) =>
      (await items()).filter(({ pk, status }) => pk?.S === `USER#${subject}` && status?.S === 'active').length - 1,
    stop: () => store.stop(),
  };
  return migration;
}
