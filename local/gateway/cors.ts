import type { Cors } from './http-api.ts';
import type { HttpAnswer } from './responses.ts';

/** Whether the API's settings allow the origin; `*`, `https://*` and `http://*` are wildcards. */
export function allowsOrigin(cors: Cors, origin: string): boolean {
  return cors.allowOrigins.some(
    (allowed) =>
      allowed === '*' ||
      allowed === origin ||
      (/^https?:\/\/\*$/.test(allowed) && origin.startsWith(allowed.slice(0, -1))),
  );
}

/** The gateway's own response to OPTIONS: it needs no route and calls no function. */
export function preflightAnswer(cors: Cors, origin: string | undefined): HttpAnswer {
  const headers = origin === undefined || !allowsOrigin(cors, origin) ? {} : preflightHeaders(cors, origin);
  return { status: 204, headers, cookies: [], body: Buffer.alloc(0) };
}

/** Replaces the CORS headers of a function by those of the API's settings. */
export function withCors(answer: HttpAnswer, cors: Cors, origin: string | undefined): HttpAnswer {
  const kept = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  const own = origin === undefined || !allowsOrigin(cors, origin) ? {} : responseHeaders(cors, origin);
  return { ...answer, headers: { ...Object.fromEntries(kept), ...own } };
}

function responseHeaders(cors: Cors, origin: string): Record<string, string> {
  const anyOrigin = cors.allowOrigins.includes('*') && !cors.allowCredentials;
  return {
    'access-control-allow-origin': anyOrigin ? '*' : origin,
    ...(cors.allowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(cors.exposeHeaders.length === 0 ? {} : { 'access-control-expose-headers': cors.exposeHeaders.join(',') }),
  };
}

function preflightHeaders(cors: Cors, origin: string): Record<string, string> {
  return {
    ...responseHeaders(cors, origin),
    ...(cors.allowMethods.length === 0 ? {} : { 'access-control-allow-methods': cors.allowMethods.join(',') }),
    ...(cors.allowHeaders.length === 0 ? {} : { 'access-control-allow-headers': cors.allowHeaders.join(',') }),
    ...(cors.maxAge === undefined ? {} : { 'access-control-max-age': String(cors.maxAge) }),
  };
}
