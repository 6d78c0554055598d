import type { Account } from '../../lambda/core/account.ts';
import { parseHash } from '../../lambda/crypto/stored-hash.ts';
import type { Row } from '../frame/output.ts';

/** A user as lists show it. */
export function userRow({ subject, username, email, status, scopes }: Account): Row {
  return { subject, username, email, status, scopes };
}

/** The kind of a password's hash, never the hash itself: `argon2id`, another algorithm's name, or none. */
export function passwordKind(hash: string | undefined): string {
  return hash === undefined ? 'none' : (parseHash(hash)?.kind ?? 'unknown');
}
