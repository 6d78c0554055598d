import type { Session } from './session.ts';

/** One user. Subjects are random and never reused; a username or an e-mail address may change. */
export interface Account {
  readonly subject: string;
  /** Normalised: see username.ts. Both are names to log in by. */
  readonly username: string;
  readonly email?: string;
  readonly status: 'active' | 'disabled';
  /** Raised by one on every revoke-all; a session lives only while it carries the same number. */
  readonly epoch: number;
  /** The one session that the last revoke-all spared. */
  readonly kept?: string;
  /** A PHC string; absent where the team's own store knows the password. */
  readonly passwordHash?: string;
  /** Further claims of the access token; names that the token itself needs are not overridden by them. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The scopes that the user may have at present. */
  readonly scopes: readonly string[];
  /** Marks of the networks of recent logins, the newest first: see guessing.ts. */
  readonly networks?: readonly string[];
}

/** Whether one may log in to the account by this name. An item that leads here from another one is left over. */
export function isNameOf(account: Account | undefined, name: string | undefined): boolean {
  return name !== undefined && (account?.username === name || account?.email === name);
}

/** Whether the account lets this session live: protocol.md §2. The session's own state is judged elsewhere. */
export function accountAllows(account: Account | undefined, session: Session): account is Account {
  if (account === undefined || account.status !== 'active') return false;
  return session.epoch === account.epoch || session.sessionId === account.kept;
}
