import type { APIGatewayProxyEventV2WithLambdaAuthorizer } from 'aws-lambda';
import { toResult } from '../http/response.ts';

/** `GET /me`: an example of a guarded route. It returns what the authorizer passed on. */
export async function handler(event: APIGatewayProxyEventV2WithLambdaAuthorizer<Record<string, string>>) {
  const { sub, sid, client_id, scope, exp } = event.requestContext.authorizer.lambda;
  return toResult({ status: 200, body: { sub, sid, client_id, scope, exp: Number(exp) } });
}
