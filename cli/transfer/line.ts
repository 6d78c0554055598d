import { shown } from '../../lambda/contract/shown.ts';
import type { Account } from '../../lambda/core/account.ts';
import { GrantRefused, requireGrant } from '../../lambda/core/claims.ts';
import { mapUsername, normaliseEmail, normaliseUsername } from '../../lambda/core/username.ts';
import { isSubject } from '../../lambda/core/users.ts';
import { usernameRule } from '../users/words.ts';
import { type HashParameters, HashRefused, storedHash } from './hashes.ts';
import type { Item } from './source/records.ts';

/** The members of an exported line. `kept` belongs to a session, and sessions are not exported. */
export function toLine({ kept: _session, ...account }: Account): string {
  return `${JSON.stringify(account)}\n`;
}

/** The members that a line may have. */
export const members = [
  'subject',
  'username',
  'email',
  'status',
  'epoch',
  'passwordHash',
  'passwordExpiresAt',
  'claims',
  'scopes',
  'networks',
] as const;

/** A line that is not a valid account. Of its values, the message quotes only names. */
export class LineRefused extends Error {
  override readonly name = 'LineRefused';
  /** The message without values. */
  readonly kind: string;

  constructor(message: string | undefined, kind = message ?? '') {
    super(message);
    this.kind = kind;
  }
}

/** Maximum length of a quoted name. It is shorter than a password hash, which a shifted row may have in its place. */
const maxQuoted = 40;

/** Maximum epoch. Every revocation adds 1, and the sum must stay a whole number. */
const maxEpoch = 2 ** 52;

/** Maximum number of networks, far above what a login keeps, and the maximum length of one. */
const maxNetworks = 100;
const maxNetworkLength = 128;

/** How hashes are imported. */
export interface HashOptions extends HashParameters {
  /** Omits all hashes. @default false */
  readonly withoutHashes?: boolean;
}

/**
 * Validates a line and converts it to an account: names are normalised, and hashes are converted to the stored format.
 * A member that is null counts as absent: databases write it for an empty column.
 *
 * @throws LineRefused
 */
export function readAccount(found: Item, newSubject: () => string, hashes: HashOptions = {}): Account {
  const line: Item = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== null));
  const unknown = Object.keys(line).find((name) => !(members as readonly string[]).includes(name));
  if (unknown !== undefined) throw new LineRefused(`unknown field ${unknown}`);
  const { subject = newSubject(), status = 'active', epoch = 0, claims = {}, scopes = [] } = line;
  const { networks } = line;
  const { passwordHash, passwordExpiresAt, ...rest } = line;
  const username =
    normalised(line.username, normaliseUsername) ??
    // Only an export has an epoch.
    (line.epoch === undefined ? undefined : normalised(line.username, asStored));
  const email = line.email === undefined ? undefined : normalised(line.email, normaliseEmail);
  insist(isSubject(subject), 'subject', 'a text of up to 128 bytes without control characters');
  if (line.username === undefined) throw new LineRefused('username is missing');
  insistName(username !== undefined, `username is not allowed: ${usernameRule}`, line.username);
  insistName(line.email === undefined || email !== undefined, 'email is not an e-mail address', line.email);
  insist(status === 'active' || status === 'disabled', 'status', 'active or disabled');
  insist(isCount(epoch) && (epoch as number) <= maxEpoch, 'epoch', `a whole number up to ${maxEpoch}`);
  insist(passwordExpiresAt === undefined || isCount(passwordExpiresAt), 'passwordExpiresAt', 'epoch milliseconds');
  insist(networks === undefined || areNetworks(networks), 'networks', `a list of up to ${maxNetworks} short texts`);
  requireCarried({ claims, scopes });
  const names = { username, ...(email === undefined ? {} : { email }) };
  const password = passwordOf({ passwordHash, passwordExpiresAt }, hashes);
  return { ...rest, subject, ...names, status, epoch, ...password, claims, scopes } as Account;
}

const isText = (text: unknown): text is string => typeof text === 'string' && text !== '' && text.isWellFormed();
/** Earlier versions and your own users (`users`) have names that the current rules do not allow. */
const asStored = (name: string) => (mapUsername(name) === name ? name : undefined);
const isCount = (count: unknown) => Number.isSafeInteger(count) && (count as number) >= 0;
const normalised = (text: unknown, normalise: (typed: string) => string | undefined) =>
  isText(text) ? normalise(text) : undefined;

function insist(fits: boolean, name: string, what: string): void {
  if (!fits) throw new LineRefused(`${name} is not ${what}`);
}

function insistName(fits: boolean, fault: string, name: unknown): void {
  if (!fits) throw new LineRefused(`${fault}: ${shown(name, maxQuoted)}`, fault);
}

function areNetworks(networks: unknown): boolean {
  const isShort = (text: unknown) => isText(text) && text.length <= maxNetworkLength;
  return Array.isArray(networks) && networks.length <= maxNetworks && networks.every(isShort);
}

function requireCarried(grant: Parameters<typeof requireGrant>[0]): void {
  try {
    requireGrant(grant);
  } catch (error) {
    throw error instanceof GrantRefused ? new LineRefused(error.message) : error;
  }
}

function passwordOf(
  { passwordHash, passwordExpiresAt }: Item,
  { withoutHashes = false, ...parameters }: HashOptions,
): Item {
  if (withoutHashes) return {};
  const expiry = passwordExpiresAt === undefined ? {} : { passwordExpiresAt };
  if (passwordHash === undefined) return expiry;
  insist(isText(passwordHash), 'passwordHash', 'a text');
  try {
    return { passwordHash: storedHash(passwordHash as string, parameters), ...expiry };
  } catch (error) {
    if (error instanceof HashRefused) throw new LineRefused(`passwordHash is ${error.message}`);
    throw error;
  }
}
