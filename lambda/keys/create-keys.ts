import { isRatchetKey, isSigningKey, newRatchetKey, newSigningKey } from './new-keys.ts';
import { type DeployedJwks, deployedJwks, type KeyLife, type PublishDeps, publishRing } from './publish.ts';
import type { RatchetRing, SigningRing } from './rings.ts';
import { readOrCreateRing } from './secrets.ts';

/** The AWS clients and names that creating and rotating the rings needs. */
export interface KeysDeps extends PublishDeps {
  readonly ratchetSecret: string;
}

/**
 * Creates the rings in both secrets if they are still empty, and publishes the public keys. Safe to repeat after an
 * interruption at any step: an existing ring is kept, and publishing the same ring twice changes nothing.
 *
 * @returns the public JWKS of current and next key, for verifiers' environments
 */
export async function createKeys(deps: KeysDeps, life: KeyLife): Promise<DeployedJwks> {
  const { secrets, now } = deps;
  await Promise.all([
    readOrCreateRing(secrets, deps.signingSecret, isSigningKey, () => newSigningRing(now())),
    readOrCreateRing(secrets, deps.ratchetSecret, isRatchetKey, async () => newRatchetRing(now())),
  ]);
  const { ring } = await publishRing(deps);
  return deployedJwks(ring, life, now());
}

async function newSigningRing(now: number): Promise<SigningRing> {
  return { version: 1, next: await newSigningKey(now), current: await newSigningKey(now), previous: [] };
}

function newRatchetRing(now: number): RatchetRing {
  return { version: 1, next: newRatchetKey(now), current: newRatchetKey(now), previous: [] };
}
