import type {
  APIGatewaySimpleAuthorizerWithContextResult as Answer,
  APIGatewayRequestAuthorizerEventV2,
} from 'aws-lambda';
import { createVerifier } from '../access-tokens/verifier.ts';
import { readEnv } from '../contract/env.ts';
import { verifying } from '../contract/verifying.ts';
import { authorize } from '../core/authorize.ts';
import { judge } from '../http/authorizer-line.ts';
import { systemClock } from '../system-clock.ts';
import { VerdictLog } from '../verdict-log.ts';

const env = readEnv(verifying, process.env);
const verifier = createVerifier({ issuer: env.ISSUER, audience: env.AUDIENCE, jwks: env.JWKS });
const log = new VerdictLog(systemClock);

/** Guards your own routes: HTTP API, payload 2.0, simple response. @throws Error when nothing was decided: 500 */
export async function handler(event: APIGatewayRequestAuthorizerEventV2): Promise<Answer<Record<string, string>>> {
  const { requestId, http } = event.requestContext;
  const source = { requestId, sourceIp: http.sourceIp };
  const { context } = await judge(log, source, () => authorize(event.headers?.authorization, verifier));
  return { isAuthorized: context !== undefined, context: context ?? {} };
}
