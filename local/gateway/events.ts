import { place } from '../cloudformation/resource-types.ts';

/** A received request with its body. */
export interface IncomingRequest {
  readonly method: string;
  /** Path and query as on the request line. */
  readonly target: string;
  /** `HTTP/1.1` */
  readonly protocol: string;
  /** Alternating names and values, as received. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

/** Values that the gateway adds. */
export interface Passage {
  readonly apiId: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly now: number;
}

/** An event of payload format 2.0. */
export interface HttpEvent {
  readonly version: '2.0';
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

const TEXT_TYPES = /^(text\/[^;]*|application\/(json|xml|javascript))\s*(;|$)/i;
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'proxy-connection',
  'expect',
]);

/**
 * The path as functions and routes see it: HTTP APIs decode it, including `rawPath`. Undefined for a malformed escape.
 */
export function decodedPath(target: string): string | undefined {
  try {
    return decodeURIComponent(target.split('?', 1)[0] ?? '');
  } catch {
    return undefined;
  }
}

/**
 * Builds the event for a function.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpEvent(request: IncomingRequest, passage: Passage): HttpEvent {
  const { method, target, protocol, sourceIp, body } = request;
  const rawPath = decodedPath(target) ?? '';
  const rawQueryString = target.includes('?') ? target.slice(target.indexOf('?') + 1) : '';
  const { headers, cookies } = headersOf(request);
  const query = queryOf(rawQueryString);
  const plain = TEXT_TYPES.test(headers['content-type'] ?? '');
  const domainName = headers.host ?? '';
  return {
    version: '2.0',
    routeKey: passage.routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(Object.keys(passage.pathParameters).length === 0 ? {} : { pathParameters: passage.pathParameters }),
    requestContext: {
      accountId: place.accountId,
      apiId: passage.apiId,
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: { method, path: rawPath, protocol, sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId: passage.requestId,
      routeKey: passage.routeKey,
      stage: '$default',
      time: commonLogTime(passage.now),
      timeEpoch: passage.now,
    },
    // AWS does not document how API Gateway handles text that is not UTF-8. Here, each malformed byte becomes U+FFFD.
    ...(body.length === 0 ? {} : { body: body.toString(plain ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !plain,
  };
}

/** Lower-case names, with repeated headers joined by commas and cookies listed separately. */
function headersOf({ rawHeaders, sourceIp }: IncomingRequest): { headers: Record<string, string>; cookies: string[] } {
  const pairs: [string, string][] = [];
  const cookies: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(';').map((cookie) => cookie.trim()));
    else if (!HOP_BY_HOP.has(name)) pairs.push([name, value]);
  }
  const headers = joined(pairs);
  const forwarded = headers['x-forwarded-for'];
  headers['x-forwarded-for'] = forwarded === undefined ? sourceIp : `${forwarded}, ${sourceIp}`;
  headers['x-forwarded-port'] = headers.host?.split(':')[1] ?? '80';
  headers['x-forwarded-proto'] = 'http';
  return { headers, cookies: cookies.filter((cookie) => cookie !== '') };
}

function queryOf(rawQueryString: string): Record<string, string> | undefined {
  return rawQueryString === '' ? undefined : joined([...new URLSearchParams(rawQueryString)]);
}

/** Values of one name joined by commas. A Map, so that `__proto__` is an ordinary name. */
function joined(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

/** `12/Mar/2026:19:03:58 +0000` */
function commonLogTime(now: number): string {
  const [, day = '', month = '', year = '', time = ''] =
    /, (\d\d) (\w{3}) (\d{4}) (\S+) GMT/.exec(new Date(now).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
