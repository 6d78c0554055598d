import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { isSigningKey } from './new-keys.ts';
import type { SigningKey, SigningRing } from './rings.ts';
import { readRing, type VersionedRing } from './secrets.ts';

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

/** Where the signing ring lies and where its public half goes. */
export interface PublishDeps {
  readonly secrets: SecretsManagerClient;
  readonly parameters: SSMClient;
  readonly signingSecret: string;
  readonly jwksParameter: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** A signing ring whose public keys are in the parameter. */
export interface PublishedRing extends VersionedRing<SigningKey> {
  /** All of them have been there at least since, epoch milliseconds. */
  readonly since: number;
}

/** How often a ring may be overtaken while it is published: rotations are many minutes apart. */
const maxTries = 3;

/**
 * Makes the SSM parameter that the JWKS route serves hold the public keys of the ring in use; writes only when it does
 * not. This is also the repair of a run that died between ring and parameter.
 *
 * Of two that publish at once the slower one may bring an older set. So whoever has written looks at the ring again: the
 * last writer always does, and then writes once more.
 */
export async function publishRing(deps: PublishDeps): Promise<PublishedRing> {
  let found = await readRing(deps.secrets, deps.signingSecret, isSigningKey);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const Value = JSON.stringify(publishedJwks(found.ring));
    const { Parameter } = await deps.parameters.send(new GetParameterCommand({ Name: deps.jwksParameter }));
    if (Parameter?.Value === Value) return { ...found, since: Parameter.LastModifiedDate?.getTime() ?? deps.now() };
    await deps.parameters.send(
      new PutParameterCommand({ Name: deps.jwksParameter, Value, Type: 'String', Overwrite: true }),
    );
    const again = await readRing(deps.secrets, deps.signingSecret, isSigningKey);
    if (again.versionId === found.versionId) break;
    found = again;
  }
  return { ...found, since: deps.now() };
}
