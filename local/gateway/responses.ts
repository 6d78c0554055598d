import { isObject, objectOf, textsOf } from '../json.ts';

/** A complete response. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Each becomes a `set-cookie` header. */
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

/** Connection headers, which the gateway sets itself. */
const OWN_HEADERS = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date', 'upgrade']);

/** A response of the gateway itself. */
export function gatewayAnswer(status: number, message: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: Buffer.from(JSON.stringify({ message })),
  };
}

/**
 * Converts a function's result into a response, by the rules of payload format 2.0. Undefined if it is not valid.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function functionAnswer(result: unknown): HttpAnswer | undefined {
  if (!isObject(result) || result.statusCode === undefined) {
    const text = typeof result === 'string' ? result : JSON.stringify(result);
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(text) };
  }
  const status = Number(result.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if (result.cookies !== undefined && !Array.isArray(result.cookies)) return undefined;
  if (result.headers !== undefined && result.headers !== null && !isObject(result.headers)) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(objectOf(result.headers))) {
    if (isObject(value) || Array.isArray(value)) return undefined;
    if (!OWN_HEADERS.has(name.toLowerCase()) && value !== null) headers[name.toLowerCase()] = String(value);
  }
  headers['content-type'] ??= 'text/plain;charset=UTF-8';
  const { body = '' } = result;
  if (body !== null && typeof body === 'object') return undefined;
  const bytes = Buffer.from(String(body ?? ''), result.isBase64Encoded === true ? 'base64' : 'utf8');
  return { status, headers, cookies: textsOf(result.cookies) ?? [], body: bytes };
}
