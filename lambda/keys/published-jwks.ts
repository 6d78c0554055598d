import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Cached } from '../cached.ts';
import { connections } from '../connections.ts';
import { Unavailable } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';

/** How long the published keys serve before they are read again, milliseconds. */
export const publishedFreshMs = 60_000;

/** How long they serve while Parameter Store does not answer, milliseconds. */
export const publishedUsableMs = 3_600_000;

/** While it does not answer it is asked at most once in this time, milliseconds. */
const pauseMs = 10_000;

/**
 * Reads the public keys where the keys function publishes them, at most once a minute; an older set serves for an hour
 * while they cannot be read.
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
      const jwks = JSON.parse(Parameter?.Value ?? '') as { keys: unknown[] };
      if (jwks.keys.length === 0) throw new Error('no keys are published yet');
      return jwks;
    } catch (error) {
      throw new Unavailable('keys_unavailable', { cause: error });
    }
  };
  const rules = { freshMs: publishedFreshMs, usableMs: publishedUsableMs, pauseMs, retryMs: 0 };
  const cached = new Cached(read, rules, clock);
  return () => cached.get();
}
