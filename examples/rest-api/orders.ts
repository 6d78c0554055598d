import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { callerOf, requireScope, VerifyError } from 'pawl-verify';

/** A REST API passes the five strings of the authorizer's context directly in `requestContext.authorizer`. */
export async function handler({ requestContext }: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const caller = callerOf({ requestContext: { authorizer: { lambda: requestContext.authorizer ?? null } } });
  try {
    requireScope(caller, 'orders:read');
    return { statusCode: 200, body: JSON.stringify({ orders: [], of: caller.sub }) };
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error;
    return { statusCode: error.status, headers: error.headers, body: JSON.stringify(error.body) };
  }
}
