import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Refusal } from '../core/errors.ts';

/** Maximum body size in bytes, far above the longest valid body. */
export const maxBodyBytes = 8 * 1024;

/** A request as the routes see it. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Lower-case names; repeated headers are joined by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** `name=value`, one entry per cookie. */
  readonly cookies: readonly string[];
  readonly pathParameters: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** The peer address that the gateway saw. Headers do not affect it. */
  readonly sourceIp: string;
  readonly requestId: string;
}

/**
 * Parses an HTTP API event (payload 2.0).
 *
 * @throws Refusal `invalid_request` for a body that is too large or not UTF-8, for credentials in the URL, and for a
 *   malformed event
 */
export function toRequest(event: APIGatewayProxyEventV2): HttpRequest {
  if (!isHttpEvent(event)) throw malformed('The request did not come through an HTTP API.');
  refuseSecretsInUrl(event.rawQueryString);
  const { http, requestId } = event.requestContext;
  const headers = event.headers ?? {};
  return {
    method: http.method,
    path: event.rawPath,
    headers,
    cookies: event.cookies ?? headers.cookie?.split(';').map((cookie) => cookie.trim()) ?? [],
    pathParameters: event.pathParameters ?? {},
    body: readBody(event.body ?? '', event.isBase64Encoded),
    sourceIp: http.sourceIp,
    requestId,
  };
}

/** Another payload version, or a manual invocation, is refused rather than guessed at. Types do not rule out either. */
function isHttpEvent(event: Partial<APIGatewayProxyEventV2> | null): boolean {
  const { rawPath, rawQueryString, headers, cookies, pathParameters, body, requestContext } = event ?? {};
  const { requestId, http } = requestContext ?? {};
  const needed: unknown[] = [rawPath, requestId, http?.method, http?.sourceIp, ...Object.values(headers ?? {})];
  const optional: unknown[] = [rawQueryString, body, ...Object.values(pathParameters ?? {})];
  return (
    needed.every(isText) &&
    optional.every((value) => isText(value ?? '')) &&
    (cookies == null || (Array.isArray(cookies) && cookies.every(isText)))
  );
}

const isText = (value: unknown) => typeof value === 'string';

function readBody(body: string, isBase64Encoded: boolean): string {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBodyBytes) throw malformed(`The body is larger than ${maxBodyBytes} bytes.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('The body is not UTF-8.');
  }
}

/** URLs end up in logs and browser histories: RFC 6750 §5.3, OWASP ASVS 14.2.1. */
function refuseSecretsInUrl(rawQueryString: string | undefined): void {
  const names = [...new URLSearchParams(rawQueryString ?? '').keys()];
  if (names.some((name) => /token|password|secret/i.test(name))) {
    throw malformed('Tokens and passwords are not accepted in the URL.');
  }
}

export function malformed(description: string): Refusal {
  return new Refusal('invalid_request', 'request_malformed', description);
}
