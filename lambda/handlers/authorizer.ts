import type {
  APIGatewaySimpleAuthorizerWithContextResult as Answer,
  APIGatewayRequestAuthorizerEventV2,
} from 'aws-lambda';
import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { authorize } from '../core/authorize.ts';
import { nodeCodec, systemClock } from '../crypto/node-crypto.ts';
import { createVerifier } from '../keys/verifier.ts';
import { VerdictLog } from '../verdict-log.ts';

const env = readEnv(functions.authorizer.env, process.env);
const verifier = createVerifier({ issuer: env.ISSUER, audience: env.AUDIENCE, jwks: env.JWKS, codec: nodeCodec });
const log = new VerdictLog(systemClock);

/** Guards the team's own routes: HTTP API, payload 2.0, simple response. */
export async function handler(event: APIGatewayRequestAuthorizerEventV2): Promise<Answer<Record<string, string>>> {
  const startedAt = performance.now();
  const verdict = await authorize(event.headers?.authorization, verifier);
  const { reason } = verdict.facts;
  log.write({
    // These are faults of ours: the token may have been good.
    level: reason === 'keys_unavailable' || reason === 'unexpected' ? 'error' : 'info',
    route: 'authorizer',
    requestId: event.requestContext.requestId,
    sourceIp: event.requestContext.http.sourceIp,
    ...verdict.facts,
    durationMs: Math.round(performance.now() - startedAt),
  });
  return { isAuthorized: verdict.context !== undefined, context: verdict.context ?? {} };
}
