import type { ScryptHash } from '../../../lambda/crypto/stored-hash.ts';
import { decodeBase64, HashRefused, wholeNumber } from './refused.ts';

/**
 * The password hash parameters of a Firebase project, from its console. The signer key is a secret of the project: it
 * is needed to convert the hashes, and no stored hash contains it.
 */
export interface FirebaseParameters {
  readonly signerKey: Buffer;
  readonly saltSeparator: Buffer;
  /** `r` of scrypt. */
  readonly rounds: number;
  /** log2 of scrypt's N. */
  readonly memoryCost: number;
}

/**
 * Reads the parameters in the format of the console, `hash_config { algorithm: SCRYPT, base64_signer_key: ... }`, or as
 * JSON of the Admin API, with `signerKey`.
 *
 * @throws HashRefused
 */
export function readFirebaseParameters(text: string): FirebaseParameters {
  const parameter = (name: string, otherName = name) => {
    const [, value] = new RegExp(`\\b(?:${name}|${otherName})"?\\s*:\\s*"?([\\w+/=-]+)`).exec(text) ?? [];
    if (value === undefined) throw new HashRefused(`the Firebase parameters have no ${name}`);
    return value;
  };
  if (parameter('algorithm') !== 'SCRYPT') throw new HashRefused('a Firebase algorithm other than SCRYPT');
  return {
    signerKey: decodeBase64(parameter('base64_signer_key', 'signerKey'), 'base64_signer_key'),
    saltSeparator: decodeBase64(parameter('base64_salt_separator', 'saltSeparator'), 'base64_salt_separator'),
    rounds: wholeNumber(parameter('rounds'), 'rounds'),
    memoryCost: wholeNumber(parameter('mem_cost', 'memoryCost'), 'mem_cost'),
  };
}

/** Firebase writes this for a caller who may not read hashes. */
const redacted = Buffer.from('REDACTED').toString('base64');

/** `passwordHash` and `salt` of an exported user; the Admin API names the latter `passwordSalt`. @throws HashRefused */
export function fromFirebase(
  user: Readonly<Record<string, unknown>>,
  parameters: FirebaseParameters | undefined,
): ScryptHash {
  const { passwordHash, salt = user.passwordSalt } = user;
  if (passwordHash === redacted) throw new HashRefused('redacted: export it as an owner of the Firebase project');
  if (passwordHash === undefined || salt === undefined) throw new HashRefused('JSON without passwordHash and salt');
  if (salt === '') throw new HashRefused('a hash of Firebase without its salt');
  if (parameters === undefined) throw new HashRefused('a hash of Firebase, without the parameters of its project');
  return translate(decodeBase64(passwordHash, 'passwordHash'), decodeBase64(salt, 'salt'), parameters);
}

const goTrue =
  /^\$fbscrypt\$v=1,n=(\d{1,10}),r=(\d{1,10}),p=(\d{1,10})(?:,ss=([\w+/=-]*))?,sk=([\w+/=-]+)\$([\w+/=-]+)\$([\w+/=-]+)$/;

/** The format in which Supabase imports such hashes, including the parameters. @throws HashRefused */
export function fromGoTrue(text: string): ScryptHash {
  const [, memoryCost, rounds, parallelism, separator = '', signerKey, salt, hash] = goTrue.exec(text) ?? [];
  if (hash === undefined) throw new HashRefused('a malformed $fbscrypt$ hash');
  const parameters = {
    signerKey: decodeBase64(signerKey, 'sk'),
    saltSeparator: decodeBase64(separator, 'ss'),
    rounds: Number(rounds),
    memoryCost: Number(memoryCost),
  };
  const translated = translate(decodeBase64(hash, 'the hash'), decodeBase64(salt, 'the salt'), parameters);
  return { ...translated, parallelism: Number(parallelism) };
}

/**
 * Firebase encrypts the signer key with AES-256-CTR under a key that scrypt derives from the password. CTR is an XOR
 * with the keystream, so hash XOR signer key is the keystream, and verifying it needs no signer key.
 */
function translate(hash: Buffer, salt: Buffer, parameters: FirebaseParameters): ScryptHash {
  const { signerKey, saltSeparator, rounds, memoryCost } = parameters;
  if (hash.length !== signerKey.length) throw new HashRefused('a Firebase hash that does not fit the signer key');
  const tag = Buffer.from(hash.map((byte, index) => byte ^ (signerKey[index] ?? 0)));
  const cost = { logN: memoryCost, blockSize: rounds, parallelism: 1 };
  return { kind: 'firebase-scrypt', ...cost, salt: Buffer.concat([salt, saltSeparator]), tag };
}
