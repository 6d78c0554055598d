import { type Account, isNameOf } from '../../lambda/core/account.ts';
import type { Accounts } from '../../lambda/core/account-store.ts';
import { loginNameOf, mapUsername } from '../../lambda/core/username.ts';
import { exitCodes, Failure } from '../frame/failure.ts';

/** How the user was identified. */
export interface NamedUser {
  readonly account: Account;
  readonly by: 'name' | 'subject';
}

/**
 * Finds a user by username, e-mail address or subject.
 *
 * @throws Failure if no user matches, or if the name and the subject match different users
 */
export async function findUser(typed: string, accounts: Pick<Accounts, 'findSubject' | 'read'>): Promise<NamedUser> {
  const [named, ofSubject] = await Promise.all([byName(typed, accounts), bySubject(typed, accounts)]);
  if (named !== undefined && ofSubject !== undefined && named.subject !== ofSubject.subject) {
    throw new Failure(
      `${typed} is a name of ${named.subject} and the subject of ${ofSubject.username}: ` +
        `name the user by ${named.subject} or by ${ofSubject.username}`,
      exitCodes.usage,
    );
  }
  if (named !== undefined) return { account: named, by: 'name' };
  if (ofSubject !== undefined) return { account: ofSubject, by: 'subject' };
  throw new Failure(`there is no user ${typed}`, exitCodes.notFound);
}

/** @throws Failure if a name is taken, before anything is asked. Another command can take it later: the write checks. */
export async function requireFree(names: readonly string[], accounts: Pick<Accounts, 'findSubject' | 'read'>) {
  for (const name of names) {
    if ((await byName(name, accounts)) !== undefined) throw nameTaken(name);
  }
}

export const nameTaken = (name: string): Failure =>
  new Failure(`${name} is taken; nothing was changed`, exitCodes.exists);

/** If the team keeps the users itself, names may contain any characters. */
async function byName(typed: string, accounts: Pick<Accounts, 'findSubject' | 'read'>): Promise<Account | undefined> {
  const { name = mapUsername(typed), legacy } = loginNameOf(typed);
  if (name === undefined && legacy === undefined) return undefined;
  const subject = await accounts.findSubject({ name, legacy });
  const account = subject === undefined ? undefined : await accounts.read(subject);
  return isNameOf(account, name) || isNameOf(account, legacy) ? account : undefined;
}

/** A key of DynamoDB has at most 2,048 bytes; subjects have 128. */
async function bySubject(typed: string, accounts: Pick<Accounts, 'read'>): Promise<Account | undefined> {
  return typed === '' || Buffer.byteLength(typed) > 128 ? undefined : accounts.read(typed);
}
