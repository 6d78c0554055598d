import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { httpEvent } from '../../support/http-event.ts';
import { type Genuine, type HostileRequest, hostileRequest, nonsense } from './requests.ts';

/** As the gateway sends it for a route. */
export function eventOf(route: string, request: HostileRequest): APIGatewayProxyEventV2 {
  const [method = '', path = ''] = route.split(' ');
  const { body, cookies, pathParameters } = request;
  const event = httpEvent({
    method,
    path,
    routeKey: route,
    query: request.query,
    base64: request.base64,
    ...(body !== undefined && { body }),
  });
  return {
    ...event,
    headers: request.headers,
    ...(cookies && { cookies: [...cookies] }),
    ...(pathParameters && { pathParameters }),
  };
}

/** Whole events with any part of them, at any depth, replaced by anything. */
export function malformed(route: string, own: Genuine): fc.Arbitrary<unknown> {
  const places = [
    [],
    ['headers'],
    ['headers', 'content-type'],
    ['headers', 'authorization'],
    ['headers', 'cookie'],
    ['headers', 'origin'],
    ['headers', 'user-agent'],
    ['cookies'],
    ['cookies', '0'],
    ['body'],
    ['isBase64Encoded'],
    ['rawPath'],
    ['rawQueryString'],
    ['routeKey'],
    ['version'],
    ['pathParameters'],
    ['pathParameters', 'sid'],
    ['requestContext'],
    ['requestContext', 'http'],
    ['requestContext', 'requestId'],
    ['requestContext', 'http', 'method'],
    ['requestContext', 'http', 'sourceIp'],
  ];
  const change = fc.tuple(fc.constantFrom(...places), nonsense);
  return fc.tuple(hostileRequest(own), fc.array(change, { minLength: 1, maxLength: 3 })).map(([request, changes]) =>
    changes.reduce((event: unknown, [place, value]) => replaceAt(event, place, value), {
      ...eventOf(route, request),
      cookies: ['theme=dark'],
    }),
  );
}

function replaceAt(whole: unknown, [name, ...deeper]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  if (typeof whole !== 'object' || whole === null) return whole;
  const inner = (whole as Record<string, unknown>)[name];
  const changed = replaceAt(inner, deeper, value);
  return Array.isArray(whole) ? [changed] : { ...whole, [name]: changed };
}
