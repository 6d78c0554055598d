import { describe, expect, test } from 'vitest';
import { type PublicCode, Refusal } from '../../../lambda/core/errors.ts';
import type { Session } from '../../../lambda/core/session.ts';
import {
  clearedRefreshCookie,
  clearForeignCookies,
  refreshCookie,
  refreshCookieName,
} from '../../../lambda/http/cookies.ts';
import { toRequest } from '../../../lambda/http/request.ts';
import { errorReply, refusalReply, toResult } from '../../../lambda/http/response.ts';
import { serverMetadata } from '../../../lambda/http/server-metadata.ts';
import { deref, type Json, type Operation, operations, part } from '../../openapi/document.ts';
import { httpEvent } from '../../support/http-event.ts';
import { resources, synth } from '../../synth/support/synth.ts';

const { template } = synth();
const routes = new Map(
  [...resources(template, 'AWS::ApiGatewayV2::Route').values()].map(({ Properties }) => [
    String(Properties.RouteKey),
    Properties,
  ]),
);

/** Every code there is; the type makes a forgotten one a compile error. */
const codes: Readonly<Record<PublicCode, true>> = {
  invalid_request: true,
  invalid_client: true,
  invalid_grant: true,
  invalid_scope: true,
  unsupported_grant_type: true,
  unsupported_token_type: true,
  access_denied: true,
  invalid_token: true,
  insufficient_scope: true,
  insufficient_user_authentication: true,
  not_found: true,
  slow_down: true,
  server_error: true,
  temporarily_unavailable: true,
};

/** The status that goes with a code, as the code of the service has it. */
function statusOf(code: PublicCode): number {
  if (code === 'server_error') return 500;
  if (code === 'temporarily_unavailable') return 503;
  return refusalReply(new Refusal(code, 'request_malformed', 'Text.')).status;
}

/** The error codes that a schema lets through. */
function codesIn(schema: unknown): string[] {
  const all = Object.keys(codes);
  const json = schema as {
    allOf?: Json[];
    anyOf?: Json[];
    properties?: { error?: { const?: string; enum?: string[] } };
  };
  if (json.anyOf !== undefined) return json.anyOf.flatMap(codesIn);
  const parts = json.allOf ?? [json as Json];
  const errors = parts.map((inner) => (inner as typeof json).properties?.error).filter((error) => error !== undefined);
  if (errors.length === 0) return [];
  return errors.reduce<string[]>((left, error) => left.filter((code) => fits(code, error)), all);
}

const fits = (code: string, error: { const?: string; enum?: string[] }) =>
  error.const === undefined ? (error.enum?.includes(code) ?? true) : error.const === code;

const schemaOf = (response: Json) => (response.content as { 'application/json': Json })['application/json'].schema;
const headersOf = (response: Json) => Object.entries((response.headers ?? {}) as Record<string, Json>);

/** Compares headers with the document: every required one is present, and every one is valid. */
function expectHeaders(response: Json, sent: Readonly<Record<string, unknown>>): void {
  for (const [name, { required, schema }] of headersOf(response)) {
    const value = sent[name.toLowerCase()];
    if (value === undefined) expect(required, name).toBe(false);
    const { const: only, enum: some } = schema as { const?: string; enum?: string[] };
    if (value !== undefined && only !== undefined) expect(value, name).toBe(only);
    if (value !== undefined && some !== undefined) expect(some, name).toContain(value);
  }
}

test('the routes are those of the synthesized template', () => {
  expect(operations.map(({ route }) => route).sort()).toEqual([...routes.keys()].sort());
});

test('the error codes are those of the service', () => {
  expect([...(part('components', 'schemas', 'ErrorCode').enum as string[])].sort()).toEqual(Object.keys(codes).sort());
});

describe.each(operations.map((operation) => [operation.route, operation] as const))('%s', (route, operation) => {
  test('stands behind the authorizer, or not', () => {
    const gatewayAnswers = operation.responses.has(403);
    expect(routes.get(route)?.AuthorizationType).toBe(gatewayAnswers ? 'CUSTOM' : 'NONE');
  });

  test('has every error code at its own status', () => {
    for (const [status, response] of operation.responses) {
      if (status < 400) continue;
      for (const code of codesIn(schemaOf(response)))
        expect([code, statusOf(code as PublicCode)]).toEqual([code, status]);
    }
  });

  test('has the headers that the service sends', () => {
    for (const [status, response] of operation.responses) {
      if (headersOf(response).length === 0) continue;
      for (const sent of answersOf(operation, status, response)) expectHeaders(response, sent);
    }
  });

  test('says that its function or gateway may fail, and may be busy', () => {
    for (const status of [429, 500, 503]) expect(operation.responses.has(status), `${status}`).toBe(true);
  });
});

/** The headers of what the service answers with a status: one set per code. */
function answersOf({ route }: Operation, status: number, response: Json): Readonly<Record<string, unknown>>[] {
  if (status < 300) {
    const cacheable = route.includes('.well-known') ? { 'cache-control': 'public, max-age=300' } : {};
    return [toResult({ status, body: {}, headers: cacheable }).headers ?? {}];
  }
  return codesIn(schemaOf(response)).flatMap((code) => {
    const refusals = (['token_missing', 'token_expired'] as const).map((reason) =>
      refusalReply(new Refusal(code as PublicCode, reason, 'Text.', { retryAfterSeconds: 1 })),
    );
    return (status < 500 ? refusals : [errorReply(status, code as PublicCode, 'Text.')]).map(
      (reply) => toResult(reply).headers ?? {},
    );
  });
}

test('the answers that the document calls the gateway’s own have none of the service’s codes', () => {
  expect(codesIn(deref(part('components', 'schemas', 'GatewayMessage')))).toEqual([]);
});

test('the cookies', () => {
  expect(part('components', 'securitySchemes', 'refreshCookie').name).toBe(refreshCookieName);
  const pattern = (name: string) => new RegExp((part('components', 'headers', name).schema as Json).pattern as string);
  const cookies = [`${refreshCookieName}=a`, `${refreshCookieName}=b`];
  const session = { absoluteExpiry: 90_000 } as Session;
  for (const path of ['/auth', '/v1/auth']) {
    const scope = { host: 'auth.example.org', path };
    const request = toRequest(httpEvent({ path: '/auth/refresh', cookies }));
    const ours = refreshCookie(session, `pwl1.A3Jr.${'A'.repeat(22)}`, 0, scope);
    const foreign = clearForeignCookies(request, scope, 'follows');
    expect(foreign.length).toBeGreaterThan(6);
    for (const lines of [[ours], [...foreign, ours], foreign])
      expect(lines.join(', ')).toMatch(pattern('RefreshCookie'));
    for (const before of [[], foreign]) {
      expect([...before, clearedRefreshCookie(scope)].join(', ')).toMatch(pattern('ClearedCookie'));
    }
    expect(clearForeignCookies(request, scope, 'stays').join(', ')).toMatch(pattern('ForeignCookies'));
    expect(ours).not.toMatch(pattern('ForeignCookies'));
  }
});

test('the server metadata', () => {
  const { required, properties } = part('components', 'schemas', 'ServerMetadata');
  const names = Object.keys(serverMetadata('https://auth.example.org', 'https://auth.example.org')).sort();
  expect([...(required as string[])].sort()).toEqual(names);
  expect(Object.keys(properties as Json).sort()).toEqual(names);
});

test('the password routes are not there where the team keeps the users', () => {
  const credentials = [...routes].filter(([, { Target }]) => JSON.stringify(Target).includes('Credentials'));
  const optional = operations.filter(({ responses }) =>
    responses.get(404)?.description?.toString().includes('deployment'),
  );
  expect(optional.map(({ route }) => route).sort()).toEqual(credentials.map(([key]) => key).sort());
  expect(credentials).toHaveLength(2);
});
