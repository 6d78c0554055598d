import type { Account } from './account.ts';
import type { Accounts } from './account-store.ts';
import { requireGrant } from './claims.ts';
import { normalisePassword } from './password.ts';
import type { Clock, Codec, Passwords, Random } from './ports.ts';

export interface NewAccount {
  /** Normalised: see username.ts. */
  readonly username: string;
  /** Already checked: see password-policy.ts. */
  readonly password: string;
  /** Normalised: see username.ts. */
  readonly email?: string;
  readonly scopes: readonly string[];
}

/**
 * Creates an account with a random subject that is never reused.
 *
 * @throws NameTaken, GrantRefused, Unavailable
 */
export async function createAccount(
  wanted: NewAccount,
  tools: { clock: Clock; random: Random; codec: Codec; passwords: Pick<Passwords, 'hash'>; accounts: Accounts },
): Promise<Account> {
  const account: Account = {
    subject: tools.codec.toBase64url(tools.random.bytes(16)),
    username: wanted.username,
    ...(wanted.email === undefined ? {} : { email: wanted.email }),
    status: 'active',
    epoch: 0,
    passwordHash: await tools.passwords.hash(normalisePassword(wanted.password)),
    claims: {},
    scopes: wanted.scopes,
  };
  requireGrant(account);
  await tools.accounts.create(account, tools.clock.nowMs());
  return account;
}
