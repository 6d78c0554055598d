/** A function behind Pawl's authorizer. The event names the caller, and nothing needs to be verified again. */
import type { APIGatewayProxyEventV2WithLambdaAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { callerOf, requireScope, VerifyError } from 'pawl-verify';

type Event = APIGatewayProxyEventV2WithLambdaAuthorizer<Record<string, string>>;

export async function handler(event: Event): Promise<APIGatewayProxyStructuredResultV2> {
  const caller = callerOf(event);
  try {
    requireScope(caller, 'orders:read');
    return { statusCode: 200, body: JSON.stringify({ orders: [], of: caller.sub }) };
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error;
    return { statusCode: error.status, headers: error.headers, body: JSON.stringify(error.body) };
  }
}
