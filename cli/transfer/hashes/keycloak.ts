import type { Argon2Hash, StoredHash } from '../../../lambda/crypto/stored-hash.ts';
import { decodeBase64, HashRefused, wholeNumber } from './refused.ts';

const pbkdf2 = { pbkdf2: 'pbkdf2-sha1', 'pbkdf2-sha256': 'pbkdf2-sha256', 'pbkdf2-sha512': 'pbkdf2-sha512' } as const;

type Document = Readonly<Record<string, unknown>>;

/**
 * A password credential of a realm export. `secretData` and `credentialData` are objects or JSON text; before Keycloak
 * 8, their members were the credential's own.
 *
 * @throws HashRefused
 */
export function fromKeycloak(credential: Document): StoredHash {
  if (typeof credential.hashedSaltedValue === 'string') return fromParts(...olderParts(credential));
  if (credential.secretData === undefined && typeof credential.value === 'string') {
    throw new HashRefused('a password in plain text, not a hash');
  }
  return fromParts(readMember(credential.secretData), readMember(credential.credentialData));
}

/** The oldest versions name no algorithm, or that of the HMAC. */
function olderParts({ hashedSaltedValue: value, salt, hashIterations, algorithm }: Document): [Document, Document] {
  const named = algorithm === undefined || algorithm === 'HmacSHA1' ? 'pbkdf2' : algorithm;
  return [
    { value, salt },
    { hashIterations, algorithm: named },
  ];
}

function fromParts(secret: Document, { algorithm, hashIterations, additionalParameters }: Document): StoredHash {
  const isPbkdf2 = typeof algorithm === 'string' && Object.hasOwn(pbkdf2, algorithm);
  if (algorithm !== 'argon2' && !isPbkdf2) throw new HashRefused('a Keycloak algorithm other than argon2 and pbkdf2');
  const salt = decodeBase64(secret.salt, 'the salt');
  const tag = decodeBase64(secret.value, 'the tag');
  const iterations = wholeNumber(hashIterations, 'hashIterations');
  if (!isPbkdf2) return { ...argon2(additionalParameters, iterations), salt, tag };
  return { kind: pbkdf2[algorithm as keyof typeof pbkdf2], iterations, salt, tag };
}

/** Each parameter is a list with one text. */
function argon2(parameters: unknown, passes: number): Pick<Argon2Hash, 'kind' | 'cost'> {
  const parameter = (name: string) => [(parameters as Document | undefined)?.[name]].flat()[0];
  if (parameter('version') !== '1.3') throw new HashRefused('argon2 of a version other than 1.3');
  const type = String(parameter('type'));
  if (!['id', 'i', 'd'].includes(type)) throw new HashRefused('argon2 of an unknown type');
  const memoryKib = wholeNumber(parameter('memory'), 'memory');
  const lanes = wholeNumber(parameter('parallelism'), 'parallelism');
  return { kind: `argon2${type}` as Argon2Hash['kind'], cost: { memoryKib, passes, lanes } };
}

function readMember(member: unknown): Document {
  let value = member;
  try {
    if (typeof member === 'string') value = JSON.parse(member);
  } catch {
    throw new HashRefused('a Keycloak credential whose data is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw new HashRefused('a Keycloak credential without its data');
  return value as Document;
}
