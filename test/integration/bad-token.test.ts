import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formCall, type HttpCall, jsonCall } from '../support/http-client.ts';
import { type ProxiedService, startProxied } from './support/service.ts';
import { expectError, openSession, refresh, revoke } from './support/session.ts';

let service: ProxiedService;
let token: string;
let accessToken: string;
let foreignToken: string;

beforeAll(async () => {
  service = await startProxied();
  ({ refreshToken: token, accessToken } = await openSession(service, await service.addUser()));
  const other = await startProxied();
  foreignToken = (await openSession(other, await other.addUser())).refreshToken;
  await other.stop();
});
beforeEach(() => service.dynamo.clear());
afterAll(() => service.stop());

const parts = () => token.split('.') as [string, string, string];

/** The token with one bit of its body or tag turned over. */
function flipped(segment: 1 | 2, byte: number): string {
  const all = parts();
  const bytes = Buffer.from(all[segment], 'base64url');
  bytes[byte] = (bytes[byte] ?? 0) ^ 1;
  all[segment] = bytes.toString('base64url');
  return all.join('.');
}

/** Well-formed, and tagged with a key that is not the service's. */
function forged(): string {
  const [prefix, body] = parts();
  const tag = createHmac('sha256', randomBytes(32)).update(`${prefix}.${body}`).digest().subarray(0, 16);
  return `${prefix}.${body}.${tag.toString('base64url')}`;
}

const mangled: readonly [string, () => string][] = [
  ['nonsense', () => 'nonsense'],
  ['cut short', () => token.slice(0, -1)],
  ['without its tag', () => token.slice(0, token.lastIndexOf('.'))],
  ['without its body', () => `pwl1..${parts()[2]}`],
  ['with another prefix', () => token.replace('pwl1', 'pwl2')],
  ['with a fourth part', () => `${token}.AAAA`],
  ['with padding', () => `${token}==`],
  ['with a blank before it', () => ` ${token}`],
  ['in standard base64', () => token.replace(/.$/, '+')],
  ['with a changed body', () => flipped(1, 30)],
  ['with another generation', () => flipped(1, Buffer.from(parts()[1], 'base64url').length - 34)],
  ['with another secret', () => flipped(1, Buffer.from(parts()[1], 'base64url').length - 1)],
  ['with a changed tag', () => flipped(2, 0)],
  ['with a shorter tag', () => token.slice(0, -4)],
  ['tagged with another key', forged],
  ['of another deployment', () => foreignToken],
  ['that is an access token', () => accessToken],
  ['longer than any real one', () => `${token}${'A'.repeat(600)}`],
];

describe('a refresh token', () => {
  test.each(mangled)('%s is refused without a table call', async (_name, make) => {
    expectError(await refresh(service, make()), 400, 'invalid_grant');
    expect(service.dynamo.calls).toEqual([]);
  });

  test('that is far too long is told so', async () => {
    expectError(await refresh(service, 'x'.repeat(2049)), 400, 'invalid_request');
    expect(service.dynamo.calls).toEqual([]);
  });
});

describe('revocation of a token', () => {
  test.each(mangled.filter(([name]) => name !== 'that is an access token'))(
    '%s answers 200, and the table is not asked',
    async (_name, make) => {
      const reply = await revoke(service, make());
      expect([reply.status, reply.json]).toEqual([200, {}]);
      expect(service.dynamo.calls).toEqual([]);
    },
  );
});

test.each(['password', 'authorization_code', 'client_credentials', 'Refresh_Token', 'refresh_token '])(
  'the grant type %j is unsupported',
  async (grantType) => {
    expectError(await refresh(service, token, { grant_type: grantType }), 400, 'unsupported_grant_type');
    expect(service.dynamo.calls).toEqual([]);
  },
);

test.each(['read  write', ' read', 'quo"te', 'tab\tbed', 'ümlaut', 'x'.repeat(201)])(
  'the scope %j is malformed',
  async (scope) => {
    expectError(await refresh(service, token, { scope }), 400, 'invalid_scope');
    expect(service.dynamo.calls).toEqual([]);
  },
);

test.each(['', ' ', 'Bearer x', 'Basic', `Basic ${Buffer.from('staging:proxy').toString('base64')}`])(
  'Authorization %j is not client authentication, and is ignored',
  async (authorization) => {
    const { refreshToken } = await openSession(service, await service.addUser());
    const body = { grant_type: 'refresh_token', refresh_token: refreshToken, token: refreshToken };
    for (const path of ['/auth/refresh', '/auth/revoke']) {
      const reply = await service.send(jsonCall(path, body, { authorization }));
      expect(reply.status, reply.text).toBe(200);
    }
    expect((await refresh(service, refreshToken)).json.error).toBe('invalid_grant');
    service.dynamo.clear();
  },
);

describe('client authentication', () => {
  const basic = { authorization: `Basic ${Buffer.from('default:secret').toString('base64')}` };
  const body = () => ({ grant_type: 'refresh_token', refresh_token: token, token });
  const attempts: readonly [string, (path: string) => HttpCall][] = [
    ['by Basic', (path) => jsonCall(path, body(), basic)],
    ['by Basic and form', (path) => formCall(path, body(), basic)],
    ['by client_secret', (path) => jsonCall(path, { ...body(), client_secret: 'secret' })],
    ['by client_secret and form', (path) => formCall(path, { ...body(), client_secret: 'secret' })],
  ];

  test.each(attempts)('%s is refused with 401', async (_name, make) => {
    for (const path of ['/auth/refresh', '/auth/revoke']) {
      const reply = await service.send(make(path));
      expectError(reply, 401, 'invalid_client');
      expect(reply.headers['www-authenticate']).toBe('None realm="pawl"');
    }
    expect(service.dynamo.calls).toEqual([]);
  });
});

test('after all this the session is as alive as before', async () => {
  expect((await refresh(service, token)).status).toBe(200);
});
