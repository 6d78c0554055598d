import { createHash } from 'node:crypto';
import { table } from '../contract/table.ts';
import type { Account } from '../core/account.ts';
import { Fault } from '../core/errors.ts';
import type { Session } from '../core/session.ts';
import type { Item } from './items.ts';

/**
 * Parses items from the table, attribute by attribute. An item that was edited by hand, partly restored, or written by
 * another tool is a {@link Fault} `item_broken` that names key and attribute, never the content. Unknown attributes are
 * ignored, so a newer version may add some.
 */

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isLabel: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isMap: Check = (value) =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const oneOf =
  (...texts: readonly string[]): Check =>
  (value) =>
    texts.includes(value as string);

const sessionAttributes = {
  generation: isCount,
  currentHash: isText,
  previousHash: isText,
  nonce: isText,
  keyId: isText,
  unanswered: isCount,
  epoch: isCount,
  status: oneOf('active', 'revoked'),
  revokedReason: isText,
  clientId: isText,
  channel: oneOf('cookie', 'body'),
  createdAt: isCount,
  rotatedAt: isCount,
  absoluteExpiry: isCount,
  deviceName: isLabel,
  userAgent: isLabel,
  jkt: isText,
} as const satisfies { readonly [name in keyof Omit<Session, 'subject' | 'sessionId' | 'scopes'>]-?: Check };

const sessionOptional = [
  'previousHash',
  'nonce',
  'keyId',
  'unanswered',
  'revokedReason',
  'deviceName',
  'userAgent',
  'jkt',
];

const accountAttributes = {
  username: isText,
  email: isText,
  status: oneOf('active', 'disabled'),
  epoch: isCount,
  kept: isText,
  passwordHash: isText,
  passwordExpiresAt: isCount,
  claims: isMap,
  networks: isTexts,
} as const satisfies { readonly [name in keyof Omit<Account, 'subject' | 'scopes'>]-?: Check };

const accountOptional = ['email', 'kept', 'passwordHash', 'passwordExpiresAt', 'networks'];

/** @throws Fault `item_broken` */
export function toSession(item: Item): Session {
  const { subject, sessionId } = ownersOf(item);
  if (subject === undefined || sessionId === undefined) throw broken(item, table.sortKey);
  const known = read(item, sessionAttributes, sessionOptional) as unknown as Omit<Session, 'scopes'>;
  // A retry cannot be answered without these; a rotation writes all three.
  const answerable = known.generation === 0 || known.status === 'revoked';
  const missing = ['previousHash', 'nonce', 'keyId'].find((name) => item[name] === undefined);
  if (!answerable && missing !== undefined) throw broken(item, missing);
  return { ...known, subject, sessionId, scopes: scopesOf(item) };
}

/** @throws Fault `item_broken`. Whether a token can carry the claims is checked at signing. */
export function toAccount(item: Item): Account {
  const { subject } = ownersOf(item);
  if (subject === undefined) throw broken(item, table.partitionKey);
  const known = read(item, accountAttributes, accountOptional) as unknown as Omit<Account, 'scopes'>;
  return { ...known, subject, scopes: scopesOf(item) };
}

/** The subject that a username leads to. @throws Fault `item_broken` */
export function toSubject(item: Item): string {
  if (!isText(item.subject)) throw broken(item, 'subject');
  return item.subject as string;
}

function read(item: Item, attributes: Readonly<Record<string, Check>>, optional: readonly string[]): Item {
  const known: Item = {};
  for (const [name, check] of Object.entries(attributes)) {
    const value = item[name];
    if (value === undefined && optional.includes(name)) continue;
    if (!check(value)) throw broken(item, name);
    known[name] = value;
  }
  return known;
}

function scopesOf(item: Item): string[] {
  const { scope = '' } = item;
  if (typeof scope !== 'string') throw broken(item, 'scope');
  return scope.split(' ').filter((word) => word !== '');
}

function ownersOf(item: Item): { subject?: string; sessionId?: string } {
  const [, subject] = /^USER#(.+)$/s.exec(String(item[table.partitionKey])) ?? [];
  const [, sessionId] = /^SESSION#(.+)$/s.exec(String(item[table.sortKey])) ?? [];
  return { ...(subject !== undefined && { subject }), ...(sessionId !== undefined && { sessionId }) };
}

/** Identifies the item by its key. A username is hashed, as everywhere in the log. */
function broken(item: Item, attribute: string): Fault {
  const [pk, sk] = [String(item[table.partitionKey]), String(item[table.sortKey])];
  const [, username] = /^LOGIN#(.*)$/s.exec(pk) ?? [];
  const shown =
    username === undefined ? pk : `LOGIN#sha256:${createHash('sha256').update(username).digest('hex').slice(0, 16)}`;
  return new Fault('item_broken', { ...ownersOf(item), item: `${shown} ${sk}: ${attribute}` });
}
