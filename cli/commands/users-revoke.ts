import { parseArgs } from 'node:util';
import { type Account, isNameOf } from '../../lambda/core/account.ts';
import { type Events, type SecurityEvent, securityEvents } from '../../lambda/core/events.ts';
import type { Accounts } from '../../lambda/core/ports.ts';
import { revokeSubject } from '../../lambda/core/revoke-subject.ts';
import { loginNameOf, mapUsername } from '../../lambda/core/username.ts';
import { systemClock } from '../../lambda/crypto/node-crypto.ts';
import { eventBridgeEvents } from '../../lambda/events/event-bridge.ts';
import { DynamoSessionStore } from '../../lambda/store/dynamo-session-store.ts';
import { exitCodes, Failure } from '../failure.ts';
import { accountsIn, newOperationId, tableFor } from '../table.ts';

const options = {
  table: { type: 'string' },
  bus: { type: 'string' },
  cause: { type: 'string', default: 'AdminForcedLogout' },
} as const;

/** Logs a user out everywhere. The account stays as it is. */
export async function logOutUser(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { values, username } = parse(args);
  const cause = securityEvents.find((known) => known === values.cause);
  if (cause === undefined) throw new Failure(`--cause is one of ${securityEvents.join(', ')}`, exitCodes.usage);
  const user = await revoke(username, cause, values, env);
  process.stdout.write(`every session of ${user.username} is over; access tokens expire within minutes\n`);
}

/** Logs a user out everywhere, and keeps the user from logging in again. */
export async function disableUser(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { values, username } = parse(args);
  const user = await revoke(username, 'AccountDisabled', values, env);
  process.stdout.write(`${user.username} is disabled; every session is over\n`);
}

/** Lets a disabled user log in again. Old sessions stay dead. */
export async function enableUser(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { values, username } = parse(args);
  const accounts = accountsIn(tableFor(values.table, env));
  const user = await findUser(username, accounts);
  if (user === undefined || !(await accounts.enable(user.subject))) throw unknown(username);
  process.stdout.write(`${user.username} may log in again\n`);
}

type Values = { readonly table?: string | undefined; readonly bus?: string | undefined };

async function revoke(
  username: string,
  cause: SecurityEvent,
  values: Values,
  env: NodeJS.ProcessEnv,
): Promise<Account> {
  const table = tableFor(values.table, env);
  const accounts = accountsIn(table);
  const user = await findUser(username, accounts);
  if (user === undefined) throw unknown(username);
  // Tombstones are for tidiness; how long they stay is all that the policy says here.
  const policy = { idleMs: 0, absoluteMs: 0, graceMs: 0, floorMs: 0, notBefore: 0 };
  const sessions = new DynamoSessionStore(table, policy, newOperationId);
  const events = values.bus === undefined ? silent : eventBridgeEvents(values.bus);
  if (!(await revokeSubject(user.subject, cause, { clock: systemClock, accounts, sessions, events })))
    throw unknown(username);
  return user;
}

/** By username or e-mail address; where a team keeps the users itself, names may have any characters. */
async function findUser(typed: string, accounts: Accounts): Promise<Account | undefined> {
  const { name = mapUsername(typed), legacy } = loginNameOf(typed);
  const subject = await accounts.findSubject({ name, legacy });
  const account = subject === undefined ? undefined : await accounts.read(subject);
  return isNameOf(account, name) || isNameOf(account, legacy) ? account : undefined;
}

/** Without --bus nobody is told. */
const silent: Events = { publish: async () => {} };

function unknown(username: string): Failure {
  return new Failure(`there is no user ${username}`);
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [username, ...more] = positionals;
    if (username === undefined || more.length > 0) throw new Failure('name one user');
    return { values, username };
  } catch (error) {
    throw new Failure((error as Error).message, exitCodes.usage);
  }
}
