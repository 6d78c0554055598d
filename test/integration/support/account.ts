import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { runPawl } from '../../../cli/program.ts';
import { type HttpCall, type HttpReply, jsonCall } from '../../support/http-client.ts';
import type { ProxiedService, User } from './service.ts';
import { expectError } from './session.ts';

/** The routes that take an access token, and the command line. */

type Body = Readonly<Record<string, unknown>>;

const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });

/** `POST /auth/revoke-all`; without a body where none is given. */
export function revokeAll(service: ProxiedService, accessToken: string, body?: Body): Promise<HttpReply> {
  const path = '/auth/revoke-all';
  const call = body === undefined ? { method: 'POST', path } : jsonCall(path, body);
  return service.send({ ...call, headers: { ...call.headers, ...bearer(accessToken) } });
}

/** `GET /auth/sessions` */
export function listSessions(service: ProxiedService, accessToken: string): Promise<HttpReply> {
  return service.send({ path: '/auth/sessions', headers: bearer(accessToken) });
}

/** The ids of the caller's live sessions, the most recently used first. */
export async function sessionIds(service: ProxiedService, accessToken: string): Promise<readonly string[]> {
  const reply = await listSessions(service, accessToken);
  expect(reply.status, reply.text).toBe(200);
  return (reply.json.sessions as { session_id: string }[]).map((session) => session.session_id);
}

/** `DELETE /auth/sessions/{sid}`; the id goes out as it is. */
export function endSession(service: ProxiedService, accessToken: string, sessionId: string): Promise<HttpReply> {
  return service.send({ method: 'DELETE', path: `/auth/sessions/${sessionId}`, headers: bearer(accessToken) });
}

/** `POST /auth/password`, a second after whatever came before: tries in a row are slowed down. */
export function changePassword(service: ProxiedService, accessToken: string, body: Body): Promise<HttpReply> {
  service.local.advance(1);
  return service.send(jsonCall('/auth/password', body, bearer(accessToken)));
}

/** `POST /auth/email`, as {@link changePassword}. */
export function changeEmail(service: ProxiedService, accessToken: string, body: Body): Promise<HttpReply> {
  service.local.advance(1);
  return service.send(jsonCall('/auth/email', body, bearer(accessToken)));
}

/** Every route that takes an access token, with a request that would change something. */
export const bearerRoutes: readonly (readonly [string, (headers: NonNullable<HttpCall['headers']>) => HttpCall])[] = [
  ['POST /auth/revoke-all', (headers) => ({ method: 'POST', path: '/auth/revoke-all', headers })],
  [
    'POST /auth/revoke-all, keep_current',
    (headers) => jsonCall('/auth/revoke-all', { keep_current: true }, { ...headers }),
  ],
  ['GET /auth/sessions', (headers) => ({ path: '/auth/sessions', headers })],
  [
    'DELETE /auth/sessions/{sid}',
    (headers) => ({ method: 'DELETE', path: `/auth/sessions/${'A'.repeat(22)}`, headers }),
  ],
  [
    'POST /auth/password',
    (headers) => jsonCall('/auth/password', { current_password: 'any', new_password: 'a new long password' }, headers),
  ],
  [
    'POST /auth/email',
    (headers) => jsonCall('/auth/email', { current_password: 'any', email: 'a@example.com' }, headers),
  ],
];

/** 401 with the challenge of RFC 6750 §3; who sent no token is told no error code. */
export function expectChallenge(reply: HttpReply, error: 'invalid_token' | 'none' = 'invalid_token'): void {
  expectError(reply, 401, 'invalid_token');
  const code = error === 'none' ? '' : `, error="${error}"`;
  expect(reply.headers['www-authenticate']).toBe(`Bearer realm="pawl"${code}`);
}

/** A string or number attribute of an account's item. */
export async function accountAttribute(service: ProxiedService, { subject }: User, name: string) {
  const { Item } = await service.table('GetItem', { Key: { pk: { S: `USER#${subject}` }, sk: { S: 'ACCOUNT' } } });
  const value = (Item as Record<string, { S?: string; N?: string }>)[name];
  return value?.N === undefined ? value?.S : Number(value.N);
}

/** What a command left behind. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface CommandOptions {
  /** Text, or a stream such as a terminal. */
  readonly stdin?: string | Readable;
  /** `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs `pawl ...` in this process; `--local` is this service, and so is its table by name, unless `env` says otherwise. */
export function pawl(
  service: Pick<ProxiedService, 'local'>,
  args: readonly string[],
  { env = {}, ...options }: CommandOptions = {},
): Promise<CommandResult> {
  const here = { PORT: new URL(service.local.url).port, ...service.local.endpoints };
  return runCommand(args, { ...options, env: { ...here, ...env } });
}

/** Runs `pawl ...` in this process, with no other AWS variables than these. */
export async function runCommand(
  args: readonly string[],
  { stdin = '', env = {} }: CommandOptions,
): Promise<CommandResult> {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = Promise.all([text(stdout), text(stderr)]);
  const code = await runPawl(args, {
    env: process.env,
    stdin: typeof stdin === 'string' ? Readable.from([stdin]) : stdin,
    stdout,
    stderr,
  });
  stdout.end();
  stderr.end();
  const [out, err] = await said;
  return { code, stdout: out, stderr: err };
}
