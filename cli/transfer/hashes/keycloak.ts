import type { Argon2Hash, StoredHash } from '../../../lambda/crypto/stored-hash.ts';
import { decodeBase64, HashRefused, wholeNumber } from './refused.ts';

const pbkdf2 = { pbkdf2: 'pbkdf2-sha1', 'pbkdf2-sha256': 'pbkdf2-sha256', 'pbkdf2-sha512': 'pbkdf2-sha512' } as const;

type Document = Readonly<Record<string, unknown>>;

/** A password credential of a realm export. Its two members are objects or JSON text. @throws HashRefused */
export function fromKeycloak(credential: Document): StoredHash {
  const secret = readMember(credential.secretData);
  const { algorithm, hashIterations, additionalParameters } = readMember(credential.credentialData);
  const salt = decodeBase64(secret.salt, 'the salt');
  const tag = decodeBase64(secret.value, 'the tag');
  const iterations = wholeNumber(hashIterations, 'hashIterations');
  if (algorithm === 'argon2') return { ...argon2(additionalParameters, iterations), salt, tag };
  if (typeof algorithm === 'string' && Object.hasOwn(pbkdf2, algorithm)) {
    return { kind: pbkdf2[algorithm as keyof typeof pbkdf2], iterations, salt, tag };
  }
  throw new HashRefused('a Keycloak algorithm other than argon2 and pbkdf2');
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
