import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Cached } from '../cached.ts';
import { connections } from '../connections.ts';
import { Unavailable } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import { nameOnly } from '../name-only.ts';
import type { Ring } from './rings.ts';
import { type IsKey, parseRing, RingError } from './secrets.ts';

/** How long a loaded ring is cached, in milliseconds: the "cache period" of key rotation. */
export const cachePeriodMs = 300_000;

/**
 * How long a ring is used while Secrets Manager is unavailable, in milliseconds. After that, its current key may have
 * been withdrawn, and no verifier would accept its signatures.
 */
export const ringUsableMs = 3_900_000;

/**
 * Minimum time between reloads for an unknown key id, in milliseconds: forged ids cost at most one call in this time.
 */
export const reloadPeriodMs = 30_000;

/** A key ring, loaded on first use and cached. */
export type CachedRing<K> = Cached<Ring<K>>;

/** @param load @throws Unavailable */
export function cachedRing<K>(load: () => Promise<Ring<K>>, clock: Clock): CachedRing<K> {
  // Without a ring, requests fail, so each request that needs one tries to load it.
  const rules = { freshMs: cachePeriodMs, usableMs: ringUsableMs, pauseMs: reloadPeriodMs, retryMs: 0 };
  return new Cached(load, rules, clock);
}

/** Reads rings from Secrets Manager: two attempts of at most 2 s each. A ring with a broken key is not used. */
export function secretLoader<K>(secretId: string, isKey: IsKey<K>): () => Promise<Ring<K>> {
  const client = new SecretsManagerClient({
    maxAttempts: 2,
    requestHandler: connections({ connectionTimeout: 1000, requestTimeout: 2000 }),
  });
  return async () => {
    try {
      // Name the stage: not every implementation of this API defaults to it after labels have moved.
      const version = { SecretId: secretId, VersionStage: 'AWSCURRENT' };
      const { SecretString } = await client.send(new GetSecretValueCommand(version));
      const ring = parseRing(SecretString ?? '', isKey);
      if (ring === undefined) throw new RingError('holds no key ring yet');
      return ring;
    } catch (error) {
      // Another error's message may quote the secret, so only its name is kept.
      const cause = error instanceof RingError ? error : nameOnly(error);
      throw new Unavailable('keys_unavailable', { cause });
    }
  };
}
