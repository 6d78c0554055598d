import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { storedHash } from '../../cli/transfer/hashes.ts';

/** A line of the file, and the account that it must become. */
interface Person {
  readonly line: Readonly<Record<string, unknown>>;
  readonly names: readonly string[];
}

const bcryptAlphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

/** Hashes in the formats of several systems. They match no password: only the format matters here. */
const hashes: readonly ((salt: Buffer, tag: Buffer) => string | undefined)[] = [
  (salt, tag) => `$argon2id$v=19$m=65536,t=3,p=4$${unpadded(salt)}$${unpadded(tag)}`,
  (salt, tag) =>
    `$2y$10$${[...salt, ...tag, ...tag]
      .slice(0, 53)
      .map((byte) => bcryptAlphabet[byte % 64])
      .join('')}`,
  (salt, tag) => `$scrypt$ln=14,r=8,p=1$${unpadded(salt)}$${unpadded(tag)}`,
  (salt, tag) => `pbkdf2_sha256$600000$${salt.toString('hex')}$${tag.toString('base64')}`,
  (salt, tag) =>
    JSON.stringify({
      type: 'password',
      secretData: JSON.stringify({ value: tag.toString('base64'), salt: salt.toString('base64') }),
      credentialData: JSON.stringify({ hashIterations: 27_500, algorithm: 'pbkdf2-sha256' }),
    }),
  () => undefined,
];

/** The same person for the same seed and number: with and without a subject, an address, letters beyond ASCII. */
export function personOf(seed: number, number: number): Person {
  const random = createHash('sha512').update(`${seed} ${number}`).digest();
  const kind = number % 101 === 100 ? 'straße' : number % 7 === 6 ? 'zoë' : 'user';
  const username = `${kind}-${number}`;
  const email = number % 2 === 0 ? `mail-${number}@example.com` : undefined;
  const passwordHash = hashes[number % hashes.length]?.(random.subarray(0, 16), random.subarray(16, 48));
  const line = {
    ...(number % 3 === 0 ? {} : { subject: `subject-${number}` }),
    username,
    ...(email === undefined ? {} : { email }),
    ...(passwordHash === undefined ? {} : { passwordHash }),
    ...(number % 5 === 0 ? { scopes: ['read', 'write'], claims: { plan: 'pro', number } } : {}),
    ...(number % 11 === 0 ? { status: 'disabled' } : {}),
  };
  return { line, names: email === undefined ? [username] : [username, email] };
}

/** The account of a person, without a subject that was generated. */
export function accountOf({ line }: Person): Readonly<Record<string, unknown>> {
  const { passwordHash } = line;
  const hash = typeof passwordHash === 'string' ? { passwordHash: storedHash(passwordHash) } : {};
  return { status: 'active', epoch: 0, claims: {}, scopes: [], ...line, ...hash };
}

/**
 * Interval of the lines that must be refused. They repeat the previous username with its ASCII letters in upper case.
 * Other letters stay as they are, because `ß` in upper case is `SS`, which is another username.
 */
export const refusedEvery = 1000;

/** Writes the file. */
export async function writePeople(path: string, seed: number, users: number): Promise<void> {
  const lines = function* () {
    for (let number = 0; number < users; number += 1) {
      const { line } = personOf(seed, number);
      yield `${JSON.stringify(line)}\n`;
      if (number % refusedEvery === refusedEvery - 1) {
        const username = String(line.username).replace(/[a-z]/g, (letter) => letter.toUpperCase());
        yield `${JSON.stringify({ username })}\n`;
      }
    }
  };
  await pipeline(lines, createWriteStream(path));
}
