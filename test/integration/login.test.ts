import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { jsonCall } from '../support/http-client.ts';
import { type ProxiedService, startProxied, type User, webApp, webAppContext } from './support/service.ts';
import { cookieOf, expectError, login, me, refresh, tokensOf } from './support/session.ts';

let service: ProxiedService;
let user: User;
let disabled: User;

beforeAll(async () => {
  service = await startProxied({ context: webAppContext });
  user = await service.addUser({ username: 'strasse@example.com' });
  disabled = await service.addUser();
  await service.table('UpdateItem', {
    Key: { pk: { S: `USER#${disabled.subject}` }, sk: { S: 'ACCOUNT' } },
    UpdateExpression: 'SET #status = :disabled',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':disabled': { S: 'disabled' } },
  });
});
beforeEach(() => {
  // Wrong passwords slow the next tries down for the rest of the hour.
  service.local.advance(3600);
  service.dynamo.clear();
});
afterAll(() => service.stop());

/** The DynamoDB operations of the test so far. */
const operations = () => service.dynamo.calls.map((call) => call.operation).sort();

describe('a refused login', () => {
  const refusals: readonly [string, () => Pick<User, 'username' | 'password'>][] = [
    ['a wrong password', () => ({ ...user, password: 'not the password' })],
    ['an unknown user', () => ({ username: 'nobody@example.com', password: user.password })],
    ['a disabled user', () => disabled],
    ['a disabled user and a wrong password', () => ({ ...disabled, password: 'not the password' })],
    ['a username that no user may have', () => ({ username: 'no body', password: user.password })],
    ['a username in the form of a table key', () => ({ username: '-', password: user.password })],
  ];

  test.each(refusals)('for %s sounds the same, after the same work', async (_name, make) => {
    const reply = await login(service, make());
    expectError(reply, 400, 'invalid_grant');
    expect(reply.json.error_description).toBe('The username or the password is wrong.');
    expect(reply.cookies).toEqual([]);
    const work = operations();
    service.dynamo.clear();
    await login(service, { ...user, password: 'another wrong one' });
    expect(work).toEqual(operations());
  });

  test('differs in no header and no byte of the body', async () => {
    const seen: string[] = [];
    for (const [, make] of refusals) {
      const { status, text, headers } = await login(service, make());
      const { date: _date, 'apigw-requestid': _id, ...rest } = headers;
      seen.push(JSON.stringify([status, text, rest]));
    }
    expect(new Set(seen).size).toBe(1);
  });

  test('gives the reason only in the log', async () => {
    const before = service.local.logs.length;
    for (const [, make] of refusals) await login(service, make());
    const reasons = service.local.logs.slice(before).map(({ line }) => (JSON.parse(line) as { reason: string }).reason);
    expect(reasons).toEqual([
      'password_wrong',
      'user_unknown',
      'user_disabled',
      'password_wrong',
      'user_unknown',
      'user_unknown',
    ]);
  });
});

describe('a username', () => {
  test.each([
    ['in capitals', 'STRASSE@EXAMPLE.COM'],
    ['in full-width letters', 'ｓｔｒａｓｓｅ＠example.com'],
    ['between blanks', '  strasse@example.com '],
  ])('%s is the same user', async (_name, username) => {
    const { accessToken } = tokensOf(await login(service, { ...user, username }));
    expect((await me(service, accessToken)).json.sub).toBe(user.subject);
  });

  test('that differs is not', async () => {
    for (const username of ['strase@example.com', 'straße@example.com'])
      expectError(await login(service, { ...user, username }), 400, 'invalid_grant');
  });
});

test('a password must match exactly as typed', async () => {
  for (const password of [`${user.password} `, user.password.toUpperCase(), user.password.slice(0, -1)]) {
    expectError(await login(service, { ...user, password }), 400, 'invalid_grant');
  }
});

test('an unknown parameter is ignored, a device name and a user agent are kept', async () => {
  const body = { ...user, device_name: 'Käthes Telefon', favourite_colour: ['green'] };
  const reply = await service.send(jsonCall('/auth/login', body, { 'user-agent': `Agent/1.0 ${'ü'.repeat(200)}` }));
  const { sessionId } = tokensOf(reply);
  const { Item } = await service.table('GetItem', {
    Key: { pk: { S: `USER#${user.subject}` }, sk: { S: `SESSION#${sessionId}` } },
  });
  const item = Item as Record<string, { S: string }>;
  expect(item.deviceName?.S).toBe('Käthes Telefon');
  expect(Buffer.byteLength(item.userAgent?.S ?? '', 'utf8')).toBeLessThanOrEqual(128);
  expect(item).not.toHaveProperty('favourite_colour');
});

describe('a login by cookie', () => {
  const headers = (cookie?: string) => ({ origin: webApp.origin, ...(cookie === undefined ? {} : { cookie }) });
  const byCookie = (who: User, cookie?: string) => {
    service.local.advance(1);
    return service.send(jsonCall('/auth/login', { ...who, channel: 'cookie' }, headers(cookie)));
  };
  const refreshBy = (cookie: string) =>
    service.send(jsonCall('/auth/refresh', { grant_type: 'refresh_token' }, headers(cookie)));

  test('ends the session that its cookie replaces, even another user’s', async () => {
    const other = await service.addUser();
    const first = cookieOf(await byCookie(user));
    const second = cookieOf(await byCookie(user, first));
    expectError(await refreshBy(first), 400, 'invalid_grant');
    const third = cookieOf(await byCookie(other, second));
    expectError(await refreshBy(second), 400, 'invalid_grant');
    expect((await refreshBy(third)).status).toBe(200);
  });

  test('that fails ends nothing', async () => {
    const first = cookieOf(await byCookie(user));
    const reply = await byCookie({ ...user, password: 'not the password' }, first);
    expectError(reply, 400, 'invalid_grant');
    expect(reply.cookies).toEqual([]);
    expect((await refreshBy(first)).status).toBe(200);
  });

  test('ignores a cookie that is not a genuine token', async () => {
    expect((await byCookie(user, '__Secure-pawl_rt=nonsense')).status).toBe(200);
  });
});

test('a login in body mode leaves a cookie session alone', async () => {
  const headers = { origin: webApp.origin };
  const cookie = cookieOf(await service.send(jsonCall('/auth/login', { ...user, channel: 'cookie' }, headers)));
  service.local.advance(1);
  const inBody = await service.send(jsonCall('/auth/login', user, { ...headers, cookie }));
  expect((await refresh(service, tokensOf(inBody).refreshToken)).status).toBe(200);
  const byCookie = jsonCall('/auth/refresh', { grant_type: 'refresh_token' }, { ...headers, cookie });
  expect((await service.send(byCookie)).status).toBe(200);
});
