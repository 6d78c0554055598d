import type { Account } from '../../lambda/core/account.ts';
import { normaliseEmail, normaliseUsername } from '../../lambda/core/username.ts';
import { HashRefused, storedHash } from './hashes.ts';
import type { Incoming } from './incoming.ts';

/** What a line of an export has. `kept` is a session's, and sessions stay behind. */
export function toLine({ kept: _session, ...account }: Account): string {
  return `${JSON.stringify(account)}\n`;
}

/** Reads a line of an import. The reason of a refusal quotes no value. */
export function fromLine(text: string, number: number, newSubject: () => string): Incoming {
  const from = `line ${number}`;
  try {
    const line = JSON.parse(text) as unknown;
    const account = readAccount(line, newSubject);
    return { from, account, generated: !Object.hasOwn(line as object, 'subject') };
  } catch (error) {
    return { from, refused: error instanceof SyntaxError ? 'not JSON' : (error as Error).message };
  }
}

const known = [
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
];

function readAccount(value: unknown, newSubject: () => string): Account {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not a JSON object');
  const line = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(line).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${unknown} is no member of an account`);
  const { subject = newSubject(), status = 'active', epoch = 0, claims = {}, scopes = [] } = line;
  const { username, email, passwordHash, passwordExpiresAt, networks } = line;
  const insist = (fits: boolean, name: string, what: string) => {
    if (!fits) throw new Error(`${name} is not ${what}`);
  };
  const isText = (text: unknown): text is string => typeof text === 'string' && text !== '' && text.isWellFormed();
  const isCount = (count: unknown) => Number.isSafeInteger(count) && (count as number) >= 0;
  insist(
    isText(subject) && Buffer.byteLength(subject) <= 128 && subject !== '-',
    'subject',
    'a text of up to 128 bytes',
  );
  insist(isText(username) && normaliseUsername(username) === username, 'username', 'a normalised username');
  insist(email === undefined || (isText(email) && normaliseEmail(email) === email), 'email', 'a normalised address');
  insist(status === 'active' || status === 'disabled', 'status', 'active or disabled');
  insist(isCount(epoch), 'epoch', 'a whole number');
  insist(passwordHash === undefined || isText(passwordHash), 'passwordHash', 'a text');
  insist(passwordExpiresAt === undefined || isCount(passwordExpiresAt), 'passwordExpiresAt', 'epoch milliseconds');
  insist(networks === undefined || (Array.isArray(networks) && networks.every(isText)), 'networks', 'a list of texts');
  const hash = passwordHash === undefined ? {} : { passwordHash: readHash(passwordHash as string) };
  return { ...line, subject, status, epoch, claims, scopes, ...hash } as unknown as Account;
}

function readHash(foreign: string): string {
  try {
    return storedHash(foreign);
  } catch (error) {
    if (error instanceof HashRefused) throw new Error(`passwordHash is ${error.message}`);
    throw error;
  }
}
