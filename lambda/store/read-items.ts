import { table } from '../contract/table.ts';
import type { Account } from '../core/account.ts';
import { tombstoneEndedAt } from '../core/retention.ts';
import type { RevokedReason, Session } from '../core/session.ts';
import type { ListedSessions } from '../core/session-store.ts';
import type { Item } from './items.ts';
import {
  type Attributes,
  broken,
  brokenOnly,
  type Check,
  countOf,
  isCount,
  isLabel,
  isMap,
  isText,
  isTexts,
  oneOf,
  ownersOf,
  parsed,
} from './parse.ts';

/** A newer version may have ended sessions for a reason that this version does not know. */
const isReason: Check<RevokedReason> = (value): value is RevokedReason => isText(value);

const sessionAttributes: Attributes<Omit<Session, 'subject' | 'sessionId' | 'scopes'>> = {
  generation: isCount,
  currentHash: isText,
  previousHash: { optional: isText },
  nonce: { optional: isText },
  keyId: { optional: isText },
  unanswered: { optional: isCount },
  epoch: isCount,
  status: oneOf('active', 'revoked'),
  revokedReason: { optional: isReason },
  clientId: isText,
  channel: oneOf('cookie', 'body'),
  createdAt: isCount,
  rotatedAt: isCount,
  absoluteExpiry: isCount,
  deviceName: { optional: isLabel },
  userAgent: { optional: isLabel },
  jkt: { optional: isText },
};

const accountAttributes: Attributes<Omit<Account, 'subject' | 'scopes'>> = {
  username: isText,
  email: { optional: isText },
  status: oneOf('active', 'disabled'),
  epoch: isCount,
  kept: { optional: isText },
  passwordHash: { optional: isText },
  passwordExpiresAt: { optional: isCount },
  claims: isMap,
  networks: { optional: isTexts },
};

/** @throws Fault `item_broken` */
export function toSession(item: Item): Session {
  const { subject, sessionId } = ownersOf(item);
  if (subject === undefined || sessionId === undefined) throw broken(item, table.sortKey);
  const known = parsed(item, sessionAttributes);
  // A retry needs these; a rotation writes all three.
  const answerable = known.generation === 0 || known.status === 'revoked';
  const missing = ['previousHash', 'nonce', 'keyId'].find((name) => item[name] === undefined);
  if (!answerable && missing !== undefined) throw broken(item, missing);
  return { ...known, subject, sessionId, scopes: scopesOf(item) };
}

/**
 * Sessions and tombstones of one user. A broken one is left out, because it must not switch off the cap on sessions; its
 * own requests report it.
 */
export function toListedSessions(items: readonly Item[]): ListedSessions {
  const rows = items.flatMap((item) =>
    brokenOnly(
      () => [toListed(item)],
      () => [],
    ),
  );
  return {
    sessions: rows.flatMap(({ session, endedAt }) => (endedAt === undefined ? [session] : [])),
    tombstones: rows.flatMap(({ session: { sessionId }, endedAt }) =>
      endedAt === undefined ? [] : [{ sessionId, endedAt }],
    ),
  };
}

function toListed(item: Item) {
  const session = toSession(item);
  const endedAt = session.status === 'revoked' ? tombstoneEndedAt(countOf(item, table.timeToLive)) : undefined;
  return { session, endedAt };
}

/** @throws Fault `item_broken`. Whether a token can carry the claims is checked at signing. */
export function toAccount(item: Item): Account {
  const { subject } = ownersOf(item);
  if (subject === undefined) throw broken(item, table.partitionKey);
  return { ...parsed(item, accountAttributes), subject, scopes: scopesOf(item) };
}

/** The subject that a username leads to. @throws Fault `item_broken` */
export function toSubject(item: Item): string {
  if (!isText(item.subject)) throw broken(item, 'subject');
  return item.subject;
}

function scopesOf(item: Item): string[] {
  const { scope = '' } = item;
  if (typeof scope !== 'string') throw broken(item, 'scope');
  return scope.split(' ').filter((word) => word !== '');
}
