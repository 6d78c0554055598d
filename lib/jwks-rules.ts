import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { Token } from 'aws-cdk-lib';
import { isEs256PublicJwk } from '../lambda/contract/jwk.ts';

/**
 * The faults of a JWK Set of initial public keys. Every key must be usable: a token that it signed would otherwise
 * get no decision.
 *
 * @param jwks unchecked
 */
export function jwksFaults(jwks: unknown): readonly string[] {
  const keys: unknown = isRecord(jwks) ? jwks.keys : undefined;
  if (!Array.isArray(keys) || keys.length === 0) return ['jwks must be { keys: [...] } with at least one key'];
  const faults = keys.flatMap((key: unknown, index) => keyFaults(key, index));
  const kids = keys.map((key: unknown) => (isRecord(key) ? key.kid : undefined)).filter((kid) => kid !== undefined);
  const repeated = new Set(kids.filter((kid, index) => kids.indexOf(kid) !== index));
  return [...faults, ...[...repeated].map((kid) => `jwks has several keys with the kid ${JSON.stringify(kid)}`)];
}

function keyFaults(key: unknown, index: number): readonly string[] {
  if (!isRecord(key)) return [`jwks has ${JSON.stringify(key)}, which is not a key`];
  const { kid } = key;
  if (typeof kid !== 'string' || kid === '') return [`jwks has a key without a kid (number ${index + 1})`];
  // An environment is readable by everyone who may view the function.
  if ('d' in key || 'k' in key) return [`jwks has the private key ${kid}: only its public part belongs there`];
  if (Object.values(key).some((value) => Token.isUnresolved(value)) || isEs256Key(key)) return [];
  return [
    `jwks has the key ${kid}, which cannot be used: it must be a public key with kty EC, crv P-256, and x and y of 43 ` +
      'base64url characters that are a point on the curve, and must not be for another purpose than verifying ES256 signatures',
  ];
}

function isEs256Key(jwk: Readonly<Record<string, unknown>>): boolean {
  if (!isEs256PublicJwk(jwk)) return false;
  try {
    createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
