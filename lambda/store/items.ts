import { table } from '../contract/table.ts';
import type { Account } from '../core/account.ts';
import { requireGrant } from '../core/claims.ts';
import type { Session } from '../core/session.ts';

/** How accounts and sessions are stored: protocol.md, "What the table holds". */

export type Item = Record<string, unknown>;
export type Key = Record<string, string>;

const key = (pk: string, sk: string): Key => ({ [table.partitionKey]: pk, [table.sortKey]: sk });

export const partitionOf = (subject: string): string => `USER#${subject}`;
export const accountKey = (subject: string): Key => key(partitionOf(subject), 'ACCOUNT');
export const sessionKey = (subject: string, sessionId: string): Key =>
  key(partitionOf(subject), `SESSION#${sessionId}`);
export const loginKey = (username: string): Key => key(`LOGIN#${username}`, 'LOGIN');

export const throttleKey = (what: string, window: number): Key => key(`THROTTLE#${what}#${window}`, 'THROTTLE');
export const signalKey = (id: string): Key => key(`SIGNAL#${id}`, 'SIGNAL');

/** The key behind the subjects of migrated users to whom the old system gives none. */
export const migrationKey: Key = key('MIGRATION', 'KEY');

export const isAccount = (item: Item): boolean => item[table.sortKey] === 'ACCOUNT';
export const isSession = (item: Item): boolean => String(item[table.sortKey]).startsWith('SESSION#');

/**
 * Whether an account was deleted. Its item stays without anything about the user, so that the subject is never used again:
 * docs/adr/0057-what-remains-of-a-deleted-user.md.
 */
export const isDeleted = (item: Item): boolean => item.deletedAt !== undefined;

/** The condition of every write on an account that exists. */
export const accountExists = 'attribute_exists(pk) AND attribute_not_exists(deletedAt)';

/** @param expiresAt TTL attribute, epoch seconds */
export function toSessionItem(session: Session, expiresAt: number): Item {
  const { subject, sessionId, scopes, ...rest } = session;
  return {
    ...sessionKey(subject, sessionId),
    ...rest,
    scope: scopes.join(' '),
    [table.timeToLive]: expiresAt,
  };
}

/** @throws GrantRefused for claims and scopes that no token can carry */
export function toAccountItem(account: Account, operationId: string): Item {
  requireGrant(account);
  const { subject, scopes, ...rest } = account;
  return { ...accountKey(subject), ...rest, scope: scopes.join(' '), operationId };
}
