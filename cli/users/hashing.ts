import * as crypto from 'node:crypto';
import { normalisePassword } from '../../lambda/core/password.ts';
import { Argon2Passwords } from '../../lambda/crypto/argon2-passwords.ts';
import { Failure } from '../frame/failure.ts';

/** Hashes a password as the service does. @throws Failure on a Node without argon2 */
export function hashPassword(password: string): Promise<string> {
  requireArgon2();
  return new Argon2Passwords().hash(normalisePassword(password));
}

/** @throws Failure on a Node without argon2; call it before prompting for a password */
export function requireArgon2(): void {
  if ('argon2' in crypto) return;
  throw new Failure(`hashing a password needs Node 24.7 or newer; this is ${process.version}; nothing was changed`);
}
