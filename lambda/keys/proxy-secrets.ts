import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Cached } from '../cached.ts';
import { connections } from '../connections.ts';
import { minProxySecretLength } from '../contract/proxy.ts';
import { Unavailable } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import { nameOnly } from '../name-only.ts';
import { cachePeriodMs, reloadPeriodMs } from './ring-source.ts';

/** How long the cached proxy secret is used while Secrets Manager is unavailable, in milliseconds. */
const proxySecretUsableMs = 86_400_000;

/**
 * The valid values of the trusted proxy's secret: the current one, the previous one, and a pending one during a
 * rotation, so that the proxy may switch at any time.
 */
export function proxySecrets(secretId: string, clock: Clock): Cached<readonly string[]> {
  const client = new SecretsManagerClient({
    maxAttempts: 2,
    requestHandler: connections({ connectionTimeout: 1000, requestTimeout: 2000 }),
  });
  const read = async (VersionStage: 'AWSCURRENT' | 'AWSPREVIOUS' | 'AWSPENDING') => {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage }));
    return answer.SecretString ?? '';
  };
  const load = async () => {
    try {
      const values = await Promise.all([
        read('AWSCURRENT'),
        read('AWSPREVIOUS').catch(noneYet),
        read('AWSPENDING').catch(noneYet),
      ]);
      const usable = values.filter((value) => value.length >= minProxySecretLength);
      if (usable.length === 0) throw new Error('the secret is too short');
      return usable;
    } catch (error) {
      throw new Unavailable('keys_unavailable', { cause: nameOnly(error) });
    }
  };
  const rules = {
    freshMs: cachePeriodMs,
    usableMs: proxySecretUsableMs,
    pauseMs: reloadPeriodMs,
    retryMs: 0,
  };
  return new Cached(load, rules, clock);
}

/** A secret that was never rotated has only one value. */
function noneYet(error: Error): string {
  if (error.name === 'ResourceNotFoundException') return '';
  throw error;
}
