import type { Session } from './session.ts';

/** One user. Subjects are random and never reused; a username or an e-mail address may change. */
export interface Account {
  readonly subject: string;
  /** Normalised: see username.ts. Users can log in with both. */
  readonly username: string;
  readonly email?: string;
  readonly status: 'active' | 'disabled';
  /** Incremented by every revoke-all. A session is alive only while it has the same epoch. */
  readonly epoch: number;
  /** The one session that the last revoke-all spared. */
  readonly kept?: string;
  /** A PHC string; absent if your own user store verifies the password. */
  readonly passwordHash?: string;
  /** When a password set by an operator's reset expires, epoch milliseconds; absent for any other password. */
  readonly passwordExpiresAt?: number;
  /** Additional claims of the access token. They do not override reserved names. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The scopes that the user currently has. */
  readonly scopes: readonly string[];
  /** Hashes of the networks of recent logins, the newest first: see guessing.ts. */
  readonly networks?: readonly string[];
}

/** The names that an account can be logged in to by, without duplicates. */
export function namesOf({ username, email }: Pick<Account, 'username' | 'email'>): readonly string[] {
  return [...new Set([username, email])].filter((name) => name !== undefined);
}

/** Whether the account can be logged in to by this name. Another name's item that leads here is a leftover. */
export function isNameOf(account: Account | undefined, name: string | undefined): boolean {
  return name !== undefined && (account?.username === name || account?.email === name);
}

/**
 * Whether the session is alive according to the account: protocol.md, "Terms". The session's own state is checked
 * elsewhere.
 */
export function accountAllows(account: Account | undefined, session: Session): account is Account {
  if (account === undefined || account.status !== 'active') return false;
  return session.epoch === account.epoch || session.sessionId === account.kept;
}
