import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Cached } from '../cached.ts';
import { connections } from '../connections.ts';
import { Unavailable } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { Ring } from './rings.ts';

/** How long a loaded ring serves before it is looked at again, milliseconds: the "cache period" of key rotation. */
export const cachePeriodMs = 300_000;

/**
 * How long a ring serves while Secrets Manager does not answer, milliseconds. Beyond this its current key may have been
 * withdrawn, and nobody could verify what it signs.
 */
export const ringUsableMs = 3_900_000;

/** How often an unknown key id may cause a reload, milliseconds: tokens with made-up ids cost one call in this time. */
export const reloadPeriodMs = 30_000;

/** A key ring, loaded when first needed and kept in memory. */
export type CachedRing<K> = Cached<Ring<K>>;

/** @param load @throws Unavailable */
export function cachedRing<K>(load: () => Promise<Ring<K>>, clock: Clock): CachedRing<K> {
  // Without a ring nothing can be answered, so each request that needs one tries.
  const rules = { freshMs: cachePeriodMs, usableMs: ringUsableMs, pauseMs: reloadPeriodMs, retryMs: 0 };
  return new Cached(load, rules, clock);
}

/** Reads rings from Secrets Manager: two tries of at most 2 s. */
export function secretLoader<K>(secretId: string): () => Promise<Ring<K>> {
  const client = new SecretsManagerClient({
    maxAttempts: 2,
    requestHandler: connections({ connectionTimeout: 1000, requestTimeout: 2000 }),
  });
  return async () => {
    try {
      // Named, for not every implementation of this API takes it as the default once labels have moved.
      const version = { SecretId: secretId, VersionStage: 'AWSCURRENT' };
      const { SecretString } = await client.send(new GetSecretValueCommand(version));
      const ring = JSON.parse(SecretString ?? '') as Ring<K>;
      if (ring.version !== 1) throw new Error('the secret holds no key ring yet');
      return ring;
    } catch (error) {
      // A parser's message may quote the secret: the cause goes no further than its name.
      throw new Unavailable('keys_unavailable', { cause: new Error((error as Error).name) });
    }
  };
}
