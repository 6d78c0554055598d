import type { Account } from '../../lambda/core/account.ts';
import { normaliseEmail, normaliseUsername } from '../../lambda/core/username.ts';
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

/** A line that is not a valid account. The message quotes no value. */
export class LineRefused extends Error {
  override readonly name = 'LineRefused';
}

/** How hashes are imported. */
export interface HashOptions extends HashParameters {
  /** Omits all hashes. @default false */
  readonly withoutHashes?: boolean;
}

/**
 * Validates a line and converts it to an account: names are normalised, and hashes are converted to the stored format.
 * Claims and scopes are checked when the account is stored.
 *
 * @throws LineRefused
 */
export function readAccount(line: Item, newSubject: () => string, hashes: HashOptions = {}): Account {
  const unknown = Object.keys(line).find((name) => !(members as readonly string[]).includes(name));
  if (unknown !== undefined) throw new LineRefused(`an account has no member ${unknown}`);
  const { subject = newSubject(), status = 'active', epoch = 0, claims = {}, scopes = [] } = line;
  const { passwordHash, passwordExpiresAt, networks } = line;
  const username = normalised(line.username, normaliseUsername);
  const email = line.email === undefined ? undefined : normalised(line.email, normaliseEmail);
  insist(
    isText(subject) && Buffer.byteLength(subject) <= 128 && subject !== '-',
    'subject',
    'a text of up to 128 bytes',
  );
  insist(
    username !== undefined,
    'username',
    'allowed: 1 to 254 letters, digits and signs, without white space; not - alone',
  );
  insist(line.email === undefined || email !== undefined, 'email', 'an e-mail address');
  insist(status === 'active' || status === 'disabled', 'status', 'active or disabled');
  insist(isCount(epoch), 'epoch', 'a whole number');
  insist(passwordHash === undefined || isText(passwordHash), 'passwordHash', 'a text');
  insist(passwordExpiresAt === undefined || isCount(passwordExpiresAt), 'passwordExpiresAt', 'epoch milliseconds');
  insist(networks === undefined || (Array.isArray(networks) && networks.every(isText)), 'networks', 'a list of texts');
  const names = { username, ...(email === undefined ? {} : { email }) };
  const { passwordHash: _foreign, ...rest } = line;
  return { ...rest, subject, ...names, status, epoch, ...hashOf(passwordHash, hashes), claims, scopes } as Account;
}

const isText = (text: unknown): text is string => typeof text === 'string' && text !== '' && text.isWellFormed();
const isCount = (count: unknown) => Number.isSafeInteger(count) && (count as number) >= 0;
const normalised = (text: unknown, normalise: (typed: string) => string | undefined) =>
  isText(text) ? normalise(text) : undefined;

function insist(fits: boolean, name: string, what: string): void {
  if (!fits) throw new LineRefused(`${name} is not ${what}`);
}

function hashOf(
  foreign: unknown,
  { withoutHashes = false, ...parameters }: HashOptions,
): Pick<Account, 'passwordHash'> {
  if (foreign === undefined || withoutHashes) return {};
  try {
    return { passwordHash: storedHash(foreign as string, parameters) };
  } catch (error) {
    if (error instanceof HashRefused) throw new LineRefused(`passwordHash is ${error.message}`);
    throw error;
  }
}
