import { Argon2Passwords } from '../crypto/argon2-passwords.ts';
import { UnfitRuntimeError } from './safe-message.ts';

/** A test vector with the current parameters, computed by the reference implementation (argon2-cffi). Not a secret. */
const known = {
  text: 'pawl known answer',
  hash: '$argon2id$v=19$m=47104,t=1,p=1$cGF3bCBrbm93biBzYWx0Lg$Dan29Pu4vOBJjTGA4UplG0lqwLGN1oyNLvRchVm0BBU',
};

/**
 * Computes one hash, as a login does, and compares it. Lambda's Node has its own crypto library, and without argon2id
 * no login would work.
 *
 * @param passwords for tests
 * @throws {UnfitRuntimeError} saying what is wrong
 */
export async function proveArgon2(passwords: Pick<Argon2Passwords, 'verify'> = new Argon2Passwords()): Promise<void> {
  const right = await passwords.verify(known.text, known.hash).catch((error: Error) => {
    throw new UnfitRuntimeError(`${here()} cannot compute argon2id (${error.name}: ${error.message})`);
  });
  if (!right) throw new UnfitRuntimeError(`${here()} computes a wrong argon2id hash`);
}

const here = () => `Node.js ${process.version} of this function, which logins run on too,`;
