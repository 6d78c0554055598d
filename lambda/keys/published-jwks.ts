import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Unavailable } from '../core/errors.ts';

const maxAgeMs = 60_000;

/** Reads the public keys where the key function publishes them, at most once a minute. @throws Unavailable */
export function publishedJwks(parameter: string): () => Promise<unknown> {
  const client = new SSMClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 500, requestTimeout: 1500, throwOnRequestTimeout: true },
  });
  let cached: { readonly jwks: unknown; readonly readAt: number } | undefined;
  return async () => {
    if (cached !== undefined && Date.now() - cached.readAt < maxAgeMs) return cached.jwks;
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name: parameter }));
      const jwks = JSON.parse(Parameter?.Value ?? '') as { keys: unknown[] };
      if (jwks.keys.length === 0) throw new Error('no keys are published yet');
      cached = { jwks, readAt: Date.now() };
      return jwks;
    } catch (error) {
      throw new Unavailable('keys_unavailable', { cause: error });
    }
  };
}
