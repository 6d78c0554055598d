import { PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { SigningKey, SigningRing } from './rings.ts';

/** A public EC key (RFC 7517 §4, RFC 7518 §6.2.1). Only these members ever leave a private JWK. */
export interface PublicJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

export interface Jwks {
  readonly keys: readonly PublicJwk[];
}

/** The public half of a signing key: an allow-list, so that a new private member cannot slip through. */
export function publicJwk({ kid, privateJwk }: SigningKey): PublicJwk {
  const { kty, crv, x, y } = privateJwk;
  if (kty === undefined || crv === undefined || x === undefined || y === undefined) {
    throw new Error(`the signing key ${kid} is not an EC key`);
  }
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };
}

/** What verifiers may meet from now on: current and next key. */
export function deployedJwks(ring: SigningRing): Jwks {
  return { keys: [ring.current, ring.next].map(publicJwk) };
}

/** Everything whose tokens may still be valid: next, current and previous keys. */
export function publishedJwks(ring: SigningRing): Jwks {
  return { keys: [ring.next, ring.current, ...ring.previous].map(publicJwk) };
}

/** Writes the published JWKS to the SSM parameter that the JWKS route serves. */
export async function publishJwks(client: SSMClient, parameter: string, ring: SigningRing): Promise<void> {
  const Value = JSON.stringify(publishedJwks(ring));
  await client.send(new PutParameterCommand({ Name: parameter, Value, Type: 'String', Overwrite: true }));
}
