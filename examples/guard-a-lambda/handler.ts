/** A Lambda function behind any HTTP API or function URL (payload 2.0) that verifies access tokens itself. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createVerifier, KeysUnavailableError, requireScope, VerifyError } from 'pawl-verify';

// Outside the handler, so that an instance fetches the issuer's keys once and not for each request.
const verifier = createVerifier({ issuer: process.env.ISSUER ?? '', audience: process.env.AUDIENCE ?? '' });

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const claims = await verifier.verify(event.headers.authorization);
    requireScope(claims, 'orders:read');
    return answer(200, { orders: [], of: claims.sub });
  } catch (error) {
    if (!(error instanceof VerifyError || error instanceof KeysUnavailableError)) throw error;
    return answer(error.status, error.body, error.headers);
  }
}

function answer(statusCode: number, body: object, headers: Record<string, string> = {}) {
  return { statusCode, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
