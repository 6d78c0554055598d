import type { APIGatewayProxyResultV2 } from 'aws-lambda';
import { callerOf } from 'pawl-verify';

const subprotocol = 'chat.v1';

interface ConnectEvent {
  /** Header names, in the case that the client used. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface MessageEvent {
  /** The authorizer's context from `$connect`. It comes with every message. */
  readonly requestContext: { readonly authorizer?: Readonly<Record<string, unknown>> };
  readonly body?: string;
}

/** Selects the subprotocol. A browser closes the connection without one. Never return the one with the token. */
export async function connect({ headers = {} }: ConnectEvent): Promise<APIGatewayProxyResultV2> {
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol') ?? [];
  if (value === undefined) return { statusCode: 200 };
  const offered = value.split(',').map((name) => name.trim());
  if (!offered.includes(subprotocol)) return { statusCode: 400 };
  return { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': subprotocol } };
}

/** A connection can outlive its access token, for up to two hours. Without this check a logout has no effect on it. */
export async function message({ requestContext, body = '' }: MessageEvent): Promise<APIGatewayProxyResultV2> {
  const caller = callerOf({ requestContext: { authorizer: { lambda: requestContext.authorizer ?? null } } });
  if (caller.expiresAt.getTime() <= Date.now()) {
    return { statusCode: 401, body: JSON.stringify({ error: 'invalid_token' }) };
  }
  return { statusCode: 200, body: JSON.stringify({ from: caller.sub, said: body }) };
}
