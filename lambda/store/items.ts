import { table } from '../contract/table.ts';
import type { Account } from '../core/account.ts';
import { requireGrant } from '../core/claims.ts';
import type { Session } from '../core/session.ts';

/** How accounts and sessions are stored: protocol.md, "What the table holds". */

export type Item = Record<string, unknown>;
export type Key = Record<string, string>;

const day = 86_400;

const key = (pk: string, sk: string): Key => ({ [table.partitionKey]: pk, [table.sortKey]: sk });

export const partitionOf = (subject: string): string => `USER#${subject}`;
export const accountKey = (subject: string): Key => key(partitionOf(subject), 'ACCOUNT');
export const sessionKey = (subject: string, sessionId: string): Key =>
  key(partitionOf(subject), `SESSION#${sessionId}`);
export const loginKey = (username: string): Key => key(`LOGIN#${username}`, 'LOGIN');

export const throttleKey = (what: string, window: number): Key => key(`THROTTLE#${what}#${window}`, 'THROTTLE');
export const signalKey = (id: string): Key => key(`SIGNAL#${id}`, 'SIGNAL');

export const isAccount = (item: Item): boolean => item[table.sortKey] === 'ACCOUNT';

/**
 * Whether an account was deleted. Its item stays without anything about the user, so that the subject is never used again:
 * docs/adr/0057-what-deleting-a-user-leaves.md.
 */
export const isDeleted = (item: Item): boolean => item.deletedAt !== undefined;

/** The condition of every write on an account that exists. */
export const accountExists = 'attribute_exists(pk) AND attribute_not_exists(deletedAt)';

/** When DynamoDB may delete an unused session, in epoch seconds: one day after no rule needs it. */
export function sessionExpiresAt(rotatedAtMs: number, idleMs: number): number {
  return Math.ceil((rotatedAtMs + idleMs) / 1000) + day;
}

/** When DynamoDB may delete a tombstone, in epoch seconds. */
export function tombstoneExpiresAt(nowMs: number, graceMs: number): number {
  return Math.ceil(nowMs / 1000 + Math.max(day, graceMs / 1000));
}

/** When a session ended, in epoch milliseconds, derived from the TTL attribute of its tombstone. */
export function tombstoneEndedAt(expiresAt: number, graceMs: number): number {
  return (expiresAt - Math.max(day, Math.ceil(graceMs / 1000))) * 1000;
}

export function toSessionItem(session: Session, idleMs: number): Item {
  const { subject, sessionId, scopes, ...rest } = session;
  return {
    ...sessionKey(subject, sessionId),
    ...rest,
    scope: scopes.join(' '),
    [table.timeToLive]: sessionExpiresAt(session.rotatedAt, idleMs),
  };
}

/** @throws GrantRefused for claims and scopes that no token can carry */
export function toAccountItem(account: Account, operationId: string): Item {
  requireGrant(account);
  const { subject, scopes, ...rest } = account;
  return { ...accountKey(subject), ...rest, scope: scopes.join(' '), operationId };
}
