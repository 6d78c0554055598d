import { HashRefused } from './refused.ts';

/** Algorithms whose hash contains all its parameters. */
const selfContained: readonly unknown[] = ['argon2', 'bcrypt', 'pbkdf2'];

/** Encodings in which most passwords have the bytes that a login hashes. */
const asTyped: readonly unknown[] = [undefined, null, 'utf8', 'ascii'];

type Document = Readonly<Record<string, unknown>>;

/**
 * The hash in a `custom_password_hash` of Auth0.
 *
 * @throws HashRefused for a hash that needs more than its own text, or that was made of other bytes than the password's
 */
export function hashInAuth0(custom: Document): string {
  const { algorithm, hash, salt, password } = custom;
  if (!selfContained.includes(algorithm)) {
    throw new HashRefused('a custom_password_hash with an algorithm other than argon2, bcrypt and pbkdf2');
  }
  const value = member(hash, 'value');
  if (typeof value !== 'string') throw new HashRefused('a custom_password_hash without its value');
  if (!asTyped.includes(member(password, 'encoding'))) {
    throw new HashRefused('a custom_password_hash of a password in an encoding other than utf8');
  }
  // These algorithms have their salt in the value: another one was joined to the password.
  if (member(salt, 'value') !== undefined) throw new HashRefused('a custom_password_hash with a separate salt');
  return value;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Document)[name] : undefined;
}
