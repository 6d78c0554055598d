import { whyUnusable } from '../../lambda/crypto/hash-limits.ts';
import { formatHash, parseHash, type StoredHash } from '../../lambda/crypto/stored-hash.ts';
import { fromAspNet } from './hashes/asp-net.ts';
import { hashInAuth0 } from './hashes/auth0.ts';
import { fromBcrypt } from './hashes/bcrypt.ts';
import { fromDjango } from './hashes/django.ts';
import { type FirebaseParameters, fromFirebase, fromGoTrue } from './hashes/firebase.ts';
import { fromKeycloak } from './hashes/keycloak.ts';
import { fromPhc } from './hashes/phc.ts';
import { HashRefused } from './hashes/refused.ts';

export { type FirebaseParameters, readFirebaseParameters } from './hashes/firebase.ts';
export { HashRefused } from './hashes/refused.ts';

/** Maximum length of a hash, in UTF-16 code units. */
export const maxForeignLength = 4096;

/** Parameters that the hash itself does not contain. */
export interface HashParameters {
  /** The password hash parameters of the Firebase project. */
  readonly firebase?: FirebaseParameters;
}

/** Prefixes of hashes without a work factor, or of algorithms that the login does not support. */
const refusedKinds: readonly (readonly [RegExp, string])[] = [
  [/^(?:bcrypt\$)?\$2x?\$/, 'a bcrypt hash of a faulty implementation ($2$, $2x$)'],
  [/^\$(1|5|6|y|gy|7|apr1|md5|sha1)\$/, 'a hash of crypt(3), which is not supported'],
  [/^\$([HPS]|wp)\$/, 'a hash of WordPress, phpBB or Drupal, which is not supported'],
  [/^\$bcrypt-sha256\$/, "a bcrypt hash of a digest in passlib's spelling, which is not supported"],
  [/^(md5|sha1|unsalted_md5|unsalted_sha1|crypt)\$/, 'a digest of Django, which is not supported'],
  [/^(scrypt|pbkdf2):/, 'a hash of Werkzeug, which is not supported'],
  [/^\{[\w-]+\}/, 'a hash of LDAP, which is not supported'],
  [/^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i, 'a plain digest, which is not supported'],
  [/^[0-9a-f]+[:.$][0-9a-f]+$/i, 'a salt and a digest without their parameters, which are not supported'],
];

/**
 * Converts a hash of another system to the stored format. Supports:
 *
 * - PHC strings of argon2id, argon2i, argon2d, scrypt and PBKDF2, and passlib's spelling of PBKDF2
 * - bcrypt: `$2a$`, `$2b$`, `$2y$`
 * - Django: `pbkdf2_sha256$`, `pbkdf2_sha1$`, `argon2$`, `scrypt$`, `bcrypt$`, `bcrypt_sha256$`
 * - ASP.NET Identity: base64, version 2 or 3
 * - Keycloak: the JSON of a credential, with `credentialData` and `secretData`, or as before Keycloak 8
 * - Auth0: the JSON of a `custom_password_hash` of argon2, bcrypt or PBKDF2
 * - Firebase: the JSON of an exported user, or `{"passwordHash", "salt"}` of it, with {@link HashParameters}; or the
 *   `$fbscrypt$` spelling of Supabase
 *
 * @param foreign one hash, at most {@link maxForeignLength}
 * @throws HashRefused for an unsupported kind, a malformed hash, or a cost above the limit of a login
 */
export function storedHash(foreign: string, parameters: HashParameters = {}): string {
  if (foreign.length > maxForeignLength) throw new HashRefused('a hash of more than 4,096 characters');
  const hash = read(foreign, parameters);
  const unusable = whyUnusable(hash);
  if (unusable !== undefined) throw new HashRefused(unusable);
  const stored = formatHash(hash);
  // Parse it as a login does.
  if (parseHash(stored) === undefined) throw new HashRefused('a malformed hash');
  return stored;
}

function read(foreign: string, { firebase }: HashParameters): StoredHash {
  const [, because] = refusedKinds.find(([begins]) => begins.test(foreign)) ?? [];
  if (because !== undefined) throw new HashRefused(because);
  if (foreign.startsWith('{')) {
    const document = readObject(foreign);
    if ('algorithm' in document && 'hash' in document) return read(hashInAuth0(document), {});
    return document.type === 'password' || 'secretData' in document
      ? fromKeycloak(document)
      : fromFirebase(document, firebase);
  }
  if (foreign.startsWith('$fbscrypt$')) return fromGoTrue(foreign);
  const hash =
    parseHash(foreign) ?? fromBcrypt(foreign) ?? fromPhc(foreign) ?? fromDjango(foreign) ?? fromAspNet(foreign);
  if (hash === undefined) throw new HashRefused('a hash of a kind that is not supported, or malformed');
  return hash;
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    throw new HashRefused('not JSON');
  }
}
