import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Cached } from '../cached.ts';
import { connections } from '../connections.ts';
import { isEs256PublicJwk, keysIn } from '../contract/jwk.ts';
import { Unavailable } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';

/** How long the published keys are cached, in milliseconds. */
export const publishedFreshMs = 60_000;

/** How long they are used while Parameter Store is unavailable, in milliseconds. */
export const publishedUsableMs = 3_600_000;

/** Minimum time between two attempts while it is unavailable, in milliseconds. */
const pauseMs = 10_000;

/**
 * Reads the published keys at most once a minute. An older set is used for an hour while they cannot be read.
 *
 * @throws Unavailable
 */
export function publishedJwks(parameter: string, clock: Clock): () => Promise<unknown> {
  const client = new SSMClient({
    maxAttempts: 2,
    requestHandler: connections({ connectionTimeout: 500, requestTimeout: 1500 }),
  });
  const read = async (): Promise<unknown> => {
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name: parameter }));
      const jwks: unknown = JSON.parse(Parameter?.Value ?? '');
      const keys = keysIn(jwks);
      if (!keys.some(isEs256PublicJwk)) throw new Error('no keys are published yet');
      if (keys.some((key) => 'd' in key)) throw new Error('the published keys include a private one');
      return jwks;
    } catch (error) {
      throw new Unavailable('keys_unavailable', { cause: error });
    }
  };
  const rules = { freshMs: publishedFreshMs, usableMs: publishedUsableMs, pauseMs, retryMs: 0 };
  const cached = new Cached(read, rules, clock);
  return () => cached.get();
}
