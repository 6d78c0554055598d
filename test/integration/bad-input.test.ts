import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formCall, type HttpCall, jsonCall } from '../support/http-client.ts';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import { expectError, openSession } from './support/session.ts';

let service: ProxiedService;
let user: User;
/** A live session's own token: a request that got through in spite of its fault would show. */
let token: string;

beforeAll(async () => {
  service = await startProxied();
  user = await service.addUser();
  token = (await openSession(service, user)).refreshToken;
});
beforeEach(() => service.dynamo.clear());
afterAll(() => service.stop());

const routes = ['/auth/login', '/auth/refresh', '/auth/revoke'] as const;
const formRoutes = ['/auth/refresh', '/auth/revoke'] as const;
const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** A whole and valid body for each route. */
const validBody = (path: string): Record<string, string> => {
  if (path === '/auth/login') return { username: user.username, password: user.password };
  return path === '/auth/refresh' ? { grant_type: 'refresh_token', refresh_token: token } : { token };
};

/** @param why what the description says, so that no other fault of the request is refused in its place */
async function refused(call: HttpCall, why: RegExp): Promise<void> {
  const reply = await service.send(call);
  expectError(reply, 400, 'invalid_request');
  expect(reply.json.error_description).toMatch(why);
  expect(reply.text).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b|Error:/);
  expect(reply.text).not.toContain(token);
  expect(service.dynamo.calls).toEqual([]);
}

describe.each(routes)('%s', (path) => {
  test.each([
    ['no JSON at all', 'hello'],
    ['JSON cut short', '{"token":"x"'],
    ['nothing', ''],
    ['a list', '[]'],
    ['a string', '"token"'],
    ['a number', '1'],
    ['null', 'null'],
    ['a byte order mark alone', '\ufeff'],
    ['a thousand brackets', '['.repeat(4000)],
  ])('refuses %s as JSON body', async (_name, body) => {
    await refused({ path, body, method: 'POST', headers: json }, /not JSON|not a JSON object/);
  });

  test('refuses a body without a content type, and one of another', async () => {
    const body = JSON.stringify(validBody(path));
    await refused({ path, body }, /content type/);
    const types = ['text/plain', 'application/xml', 'application/json; charset=utf-16', 'application/jsonp', 'a'];
    for (const type of [...types, 'multipart/form-data; boundary=x', 'application/json, text/plain']) {
      await refused({ path, body, headers: { 'content-type': type } }, /content type/);
    }
  });

  test('refuses a body over 8 KiB, as JSON or any other', async () => {
    const body = JSON.stringify({ ...validBody(path), filler: 'x'.repeat(8 * 1024) });
    for (const headers of [json, form]) await refused({ path, body, headers }, /larger than 8192 bytes/);
  });

  test('refuses bytes that are not UTF-8', async () => {
    const whole = Buffer.from(`${new URLSearchParams(validBody(path))}&x=`);
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80]]) {
      await refused({ path, body: Buffer.concat([whole, Buffer.from(bytes)]), headers: form }, /UTF-8/);
    }
  });

  test('refuses each parameter when it is missing, empty, repeated or not a string', async () => {
    const whole = validBody(path);
    for (const [name, value] of Object.entries(whole)) {
      const { [name]: _left, ...without } = whole;
      await refused(jsonCall(path, without), /missing/);
      for (const none of ['', null])
        await refused(jsonCall(path, { ...whole, [name]: none }), /missing|must not be empty/);
      const others: unknown[] = [1, true, [value], { value }, { toString: value }];
      for (const other of others) await refused(jsonCall(path, { ...whole, [name]: other }), /must be a string/);
      const twice = `{${JSON.stringify(name)}:"x",${JSON.stringify(whole).slice(1)}`;
      await refused({ path, body: twice, headers: json }, /repeated/);
      const escaped = `{"${escapeFirst(name)}":"x",${JSON.stringify(whole).slice(1)}`;
      await refused({ path, body: escaped, headers: json }, /repeated/);
    }
  });

  test('takes nothing from the prototype', async () => {
    const body = `{"__proto__":${JSON.stringify(validBody(path))}}`;
    await refused({ path, body, headers: json }, /missing/);
    const deeper = `{"constructor":{"prototype":${JSON.stringify(validBody(path))}}}`;
    await refused({ path, body: deeper, headers: json }, /missing/);
  });

  test('refuses credentials in the URL', async () => {
    for (const name of ['refresh_token', 'token', 'access_token', 'password', 'client_secret']) {
      await refused(jsonCall(`${path}?${name}=${token}`, validBody(path)), /URL/);
    }
  });

  test('refuses a client_id that is malformed or too long', async () => {
    for (const id of ['with space', 'quo"te', 'ümlaut', 'x'.repeat(65), 'new\nline']) {
      await refused(jsonCall(path, { ...validBody(path), client_id: id }), /client_id is/);
    }
  });

  test('is for POST alone', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) await notFound({ method, path });
  });
});

const escapeFirst = (name: string) => `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}`;

/** A response of the gateway itself: no function is invoked. */
async function notFound(call: HttpCall): Promise<void> {
  const before = service.local.logs.length;
  const reply = await service.send(call);
  expect([reply.status, reply.json]).toEqual([404, { message: 'Not Found' }]);
  expect(service.local.logs.length).toBe(before);
  expect(service.dynamo.calls).toEqual([]);
}

test.each([
  ['GET', '/'],
  ['POST', '/auth'],
  ['POST', '/auth/login/'],
  ['POST', '/auth/refresh/x'],
  ['POST', '//auth/refresh'],
  ['POST', '/AUTH/REFRESH'],
  ['POST', '/me'],
  ['GET', '/.well-known/openid-configuration'],
  ['POST', '/.well-known/jwks.json'],
])('%s %s is unknown', async (method, path) => {
  await notFound({ method, path });
});

describe.each(formRoutes)('%s by form', (path) => {
  test('refuses a parameter that is missing, empty or repeated', async () => {
    const whole = Object.entries(validBody(path));
    for (const [index, pair] of whole.entries()) {
      await refused(formCall(path, whole.toSpliced(index, 1)), /missing/);
      await refused(formCall(path, whole.with(index, [pair[0], ''])), /missing/);
      await refused(formCall(path, [...whole, pair]), /repeated/);
    }
  });

  test('refuses JSON in it', async () => {
    await refused({ path, body: JSON.stringify(validBody(path)), headers: form }, /missing/);
  });
});

test('/auth/login takes no form', async () => {
  await refused(formCall('/auth/login', validBody('/auth/login')), /content type/);
});

test('/auth/login refuses names and passwords that are too long, and an unknown channel', async () => {
  const whole = validBody('/auth/login');
  const faults = [{ username: 'x'.repeat(513) }, { password: 'x'.repeat(1025) }];
  for (const fault of [...faults, { channel: 'telnet' }, { channel: ['body'] }]) {
    await refused(jsonCall('/auth/login', { ...whole, ...fault }), /too long|channel/);
  }
});
