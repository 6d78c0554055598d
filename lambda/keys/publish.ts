import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { isSigningKey } from './new-keys.ts';
import type { SigningKey, SigningRing } from './rings.ts';
import { readRing, type VersionedRing } from './secrets.ts';

/** A public EC key (RFC 7517 §4, RFC 7518 §6.2.1). Only these members of a private JWK are ever published. */
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

/** The keys that verifiers are deployed with; times are epoch seconds. */
export interface DeployedJwks {
  /** `exp`: the planned end of the key's publication. */
  readonly keys: readonly (PublicJwk & { readonly exp: number })[];
  /** When these were the published keys. */
  readonly iat: number;
}

/** How long a signing key is current, and how long it stays published after that. Milliseconds. */
export interface KeyLife {
  readonly periodMs: number;
  readonly signingKeptMs: number;
}

/** Maximum delay of the daily run after a rotation is due. */
const dailyRunMs = 86_400_000;

/** The public half of a signing key: an allow-list, so that a new private member cannot slip through. */
export function publicJwk({ kid, privateJwk }: SigningKey): PublicJwk {
  const { kty, crv, x, y } = privateJwk;
  if (kty === undefined || crv === undefined || x === undefined || y === undefined) {
    throw new Error(`the signing key ${kid} is not an EC key`);
  }
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };
}

/**
 * Keys that verifiers may encounter from now on: current and next. `next` was created when `current` became current.
 */
export function deployedJwks(ring: SigningRing, { periodMs, signingKeptMs }: KeyLife, now: number): DeployedJwks {
  const retiresAt = Math.max(now, ring.next.createdAt + periodMs) + dailyRunMs;
  const until = (epochMs: number) => ({ exp: Math.ceil(epochMs / 1000) });
  const current = { ...publicJwk(ring.current), ...until(retiresAt + signingKeptMs) };
  const next = { ...publicJwk(ring.next), ...until(retiresAt + periodMs + signingKeptMs) };
  return { keys: [current, next], iat: Math.floor(now / 1000) };
}

/** All keys whose tokens may still be valid: next, current and previous. */
export function publishedJwks(ring: SigningRing): Jwks {
  return { keys: [ring.next, ring.current, ...ring.previous].map(publicJwk) };
}

/** Where the signing ring is stored, and where its public keys are published. */
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
  /** They have all been there since at least this time, epoch milliseconds. */
  readonly since: number;
  /** Whether this run wrote them. */
  readonly written: boolean;
}

/** How often a ring may change while it is being published; rotations are many minutes apart. */
const maxTries = 3;

/**
 * Ensures that the SSM parameter served by the JWKS route holds the public keys of the current ring; writes only if it
 * does not. This also repairs a run that was interrupted between ring and parameter.
 *
 * Of two concurrent publishers, the slower one may write an older set. A publisher therefore reads the ring again after
 * writing, and writes again if it changed.
 */
export async function publishRing(deps: PublishDeps): Promise<PublishedRing> {
  let found = await readRing(deps.secrets, deps.signingSecret, isSigningKey);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const Value = JSON.stringify(publishedJwks(found.ring));
    const published = await readParameter(deps);
    if (published?.Value === Value) {
      return { ...found, since: published.LastModifiedDate?.getTime() ?? deps.now(), written: tries > 0 };
    }
    await deps.parameters.send(
      new PutParameterCommand({ Name: deps.jwksParameter, Value, Type: 'String', Overwrite: true }),
    );
    const again = await readRing(deps.secrets, deps.signingSecret, isSigningKey);
    if (again.versionId === found.versionId) break;
    found = again;
  }
  return { ...found, since: deps.now(), written: true };
}

/** Deletes the published keys. Already deleted is success. */
export async function unpublish({ parameters, jwksParameter }: PublishDeps): Promise<void> {
  await parameters.send(new DeleteParameterCommand({ Name: jwksParameter })).catch(unlessMissing);
}

async function readParameter({ parameters, jwksParameter }: PublishDeps) {
  const answer = await parameters.send(new GetParameterCommand({ Name: jwksParameter })).catch(unlessMissing);
  return answer?.Parameter;
}

function unlessMissing(error: unknown): undefined {
  if ((error as Error).name !== 'ParameterNotFound') throw error;
}
