import { type Account, namesOf } from '../../lambda/core/account.ts';
import type { Accounts } from '../../lambda/core/account-store.ts';
import { loginNameOf, mapUsername } from '../../lambda/core/username.ts';
import type { AccountRemoval, DeletedAccount } from '../../lambda/store/account-removal.ts';
import { exitCodes, Failure } from '../frame/failure.ts';
import { findUser, type NamedUser } from './find-user.ts';

/** A user to delete. */
export interface Doomed {
  readonly user: DeletedAccount;
  /** The name as typed; undefined if the subject was typed. */
  readonly typedName: string | undefined;
  /** Undefined if an earlier deletion was interrupted. */
  readonly living: Account | undefined;
}

type Reads = Pick<Accounts, 'findSubject' | 'read'>;

/** Finds a user, or the remains of an interrupted deletion. @throws Failure if there are neither */
export async function findDoomed(typed: string, accounts: Reads, removal: AccountRemoval): Promise<Doomed> {
  const found = await findLiving(typed, accounts);
  if (found !== undefined) {
    const user = { subject: found.account.subject, names: namesOf(found.account) };
    return { user, typedName: found.by === 'name' ? typed : undefined, living: found.account };
  }
  const { name = mapUsername(typed), legacy } = loginNameOf(typed);
  const leadsTo = name === undefined && legacy === undefined ? undefined : await accounts.findSubject({ name, legacy });
  const named = leadsTo === undefined ? undefined : await removal.find(leadsTo);
  if (named !== undefined) return { user: named, typedName: typed, living: undefined };
  const isSubject = typed !== '' && Buffer.byteLength(typed) <= 128;
  const user = isSubject ? await removal.find(typed) : undefined;
  if (user !== undefined) return { user, typedName: undefined, living: undefined };
  throw new Failure(`there is no user ${typed}`, exitCodes.notFound);
}

async function findLiving(typed: string, accounts: Reads): Promise<NamedUser | undefined> {
  try {
    return await findUser(typed, accounts);
  } catch (error) {
    if (error instanceof Failure && error.exitCode === exitCodes.notFound) return undefined;
    throw error;
  }
}
