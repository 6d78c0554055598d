import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
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

/** What verifiers are deployed with; times are epoch seconds. */
export interface DeployedJwks {
  /** `exp`: the planned end of the key's publication. */
  readonly keys: readonly (PublicJwk & { readonly exp: number })[];
  /** When these were the keys. */
  readonly iat: number;
}

/** How long a signing key is current, and how long it stays published after that. Milliseconds. */
export interface KeyLife {
  readonly periodMs: number;
  readonly signingKeptMs: number;
}

/** The daily run comes up to a day after a rotation is due. */
const dailyRunMs = 86_400_000;

/** The public half of a signing key: an allow-list, so that a new private member cannot slip through. */
export function publicJwk({ kid, privateJwk }: SigningKey): PublicJwk {
  const { kty, crv, x, y } = privateJwk;
  if (kty === undefined || crv === undefined || x === undefined || y === undefined) {
    throw new Error(`the signing key ${kid} is not an EC key`);
  }
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };
}

/** What verifiers may meet from now on: current and next key. `next` was made when `current` came into use. */
export function deployedJwks(ring: SigningRing, { periodMs, signingKeptMs }: KeyLife, now: number): DeployedJwks {
  const retiresAt = Math.max(now, ring.next.createdAt + periodMs) + dailyRunMs;
  const until = (epochMs: number) => ({ exp: Math.ceil(epochMs / 1000) });
  const current = { ...publicJwk(ring.current), ...until(retiresAt + signingKeptMs) };
  const next = { ...publicJwk(ring.next), ...until(retiresAt + periodMs + signingKeptMs) };
  return { keys: [current, next], iat: Math.floor(now / 1000) };
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
  /** Whether they had to be written. */
  readonly written: boolean;
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

/** Deletes what was published. Gone already is as good. */
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
