import { expect } from 'vitest';
import { formCall, type HttpReply, jsonCall } from '../../support/http-client.ts';
import type { ProxiedService, User } from './service.ts';

/** Parameters beside the ones that a request always has. */
type Extra = Readonly<Record<string, unknown>>;

/** What a token response holds, renamed for the code. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionId: string;
  readonly scope: string;
}

type Credentials = Pick<User, 'username' | 'password'>;

/** Logs in by password, a second after whatever came before: tries in a row are slowed down. */
export function login(
  service: ProxiedService,
  { username, password }: Credentials,
  extra: Extra = {},
): Promise<HttpReply> {
  service.local.advance(1);
  return service.send(jsonCall('/auth/login', { username, password, ...extra }));
}

/** Logs in and expects success. */
export async function openSession(service: ProxiedService, user: User, extra: Extra = {}): Promise<Tokens> {
  return tokensOf(await login(service, user, extra));
}

/** Refreshes with a JSON body. */
export function refresh(service: ProxiedService, refreshToken: string, extra: Extra = {}): Promise<HttpReply> {
  return service.send(
    jsonCall('/auth/refresh', { grant_type: 'refresh_token', refresh_token: refreshToken, ...extra }),
  );
}

/** Refreshes as OAuth clients do, with a form. */
export function refreshByForm(service: ProxiedService, refreshToken: string, extra: Record<string, string> = {}) {
  return service.send(
    formCall('/auth/refresh', { grant_type: 'refresh_token', refresh_token: refreshToken, ...extra }),
  );
}

/** Revokes a refresh token. */
export function revoke(service: ProxiedService, token: string, extra: Extra = {}): Promise<HttpReply> {
  return service.send(jsonCall('/auth/revoke', { token, ...extra }));
}

/** Calls the guarded example route. */
export function me(service: ProxiedService, accessToken?: string): Promise<HttpReply> {
  const headers = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
  return service.send({ path: '/me', headers });
}

/** The tokens of a successful answer. */
export function tokensOf(reply: HttpReply): Tokens {
  expect(reply.status, reply.text).toBe(200);
  const { access_token, refresh_token, session_id, scope } = reply.json;
  return {
    accessToken: String(access_token),
    refreshToken: String(refresh_token ?? ''),
    sessionId: String(session_id),
    scope: String(scope),
  };
}

/** An error answer in the one form that all have. */
export function expectError(reply: HttpReply, status: number, error: string): void {
  expect({ status: reply.status, error: reply.json.error }, reply.text).toEqual({ status, error });
  expect(Object.keys(reply.json).sort()).toEqual(['error', 'error_description']);
  expect(reply.json.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/); // RFC 6749 §5.2
  expectOwnHeaders(reply);
}

/** These sessions are over: their refresh tokens are refused. */
export async function expectDead(service: ProxiedService, ...sessions: readonly Tokens[]): Promise<void> {
  for (const { refreshToken } of sessions) expectError(await refresh(service, refreshToken), 400, 'invalid_grant');
}

/** The headers of every answer of a function. */
export function expectOwnHeaders({ headers }: HttpReply, cacheControl = 'no-store'): void {
  expect(headers).toMatchObject({
    'cache-control': cacheControl,
    'content-type': 'application/json; charset=utf-8',
    'strict-transport-security': expect.stringMatching(/^max-age=\d{8,}/),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  expect(headers.pragma).toBe(cacheControl === 'no-store' ? 'no-cache' : undefined);
}

/** The claims of a JWT, unchecked. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
}

/** The one cookie that an answer sets, as `name=value` to send back. */
export function cookieOf(reply: HttpReply): string {
  expect(reply.status, reply.text).toBe(200);
  expect(reply.cookies).toHaveLength(1);
  return reply.cookies[0]?.split(';')[0] ?? '';
}

/** The one `Set-Cookie` line of an answer, attribute by attribute. */
export function parseCookie(reply: HttpReply) {
  expect(reply.cookies).toHaveLength(1);
  const [pair = '', ...rest] = (reply.cookies[0] ?? '').split('; ');
  const [name, value] = pair.split('=');
  const split = rest.map((attribute) => attribute.split('=')).map(([key = '', text = '']) => [key, text] as const);
  const { 'Max-Age': maxAge, ...attributes } = Object.fromEntries(split);
  expect(maxAge).toMatch(/^\d+$/);
  return { name, value, maxAge: Number(maxAge), attributes };
}
