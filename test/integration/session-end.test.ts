import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formCall } from '../support/http-client.ts';
import { type ProxiedService, startProxied, type User, webApp, webAppContext } from './support/service.ts';
import * as session from './support/session.ts';

const day = 86_400;
const floor = 50;

let service: ProxiedService;
let user: User;

beforeAll(async () => {
  service = await startProxied({ context: webAppContext });
  user = await service.addUser({ scopes: ['read', 'write', 'admin'] });
});
afterAll(() => service.stop());

const open = (extra = {}) => session.openSession(service, user, extra);
const refresh = (token: string, extra = {}) => session.refresh(service, token, extra);
const revoke = (token: string, extra = {}) => session.revoke(service, token, extra);
const expectRefused = (reply: Awaited<ReturnType<typeof refresh>>) => session.expectError(reply, 400, 'invalid_grant');

describe('revoke', () => {
  test('by JSON ends the session', async () => {
    const { refreshToken } = await open();
    const reply = await revoke(refreshToken);
    expect([reply.status, reply.json, reply.cookies]).toEqual([200, {}, []]);
    session.expectOwnHeaders(reply);
    expectRefused(await refresh(refreshToken));
  });

  test('by a form, with a hint, ends the session', async () => {
    const { refreshToken } = await open();
    const body = { token: refreshToken, token_type_hint: 'refresh_token' };
    expect((await service.send(formCall('/auth/revoke', body))).status).toBe(200);
    expectRefused(await refresh(refreshToken));
  });

  test('of an earlier generation ends the session too', async () => {
    const { refreshToken } = await open();
    const second = session.tokensOf(await refresh(refreshToken)).refreshToken;
    service.local.advance(floor + 1);
    const third = session.tokensOf(await refresh(second)).refreshToken;
    expect((await revoke(refreshToken)).status).toBe(200);
    expectRefused(await refresh(third));
  });

  test('again, or of a token that nobody knows, answers 200', async () => {
    const { refreshToken } = await open();
    expect((await revoke(refreshToken)).status).toBe(200);
    expect((await revoke(refreshToken)).status).toBe(200);
    const unknown = await revoke('nobody-knows-this');
    expect([unknown.status, unknown.json]).toEqual([200, {}]);
  });

  test('leaves the other sessions of the user alone', async () => {
    const [one, other] = [await open(), await open()];
    await revoke(one.refreshToken);
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });

  test('of an access token is refused, not pretended', async () => {
    const { accessToken } = await open();
    session.expectError(await revoke(accessToken), 400, 'unsupported_token_type');
  });

  test("of another client's token is refused and ends nothing", async () => {
    const { refreshToken } = await open({ client_id: 'phone' });
    expectRefused(await revoke(refreshToken));
    expectRefused(await revoke(refreshToken, { client_id: 'tablet' }));
    expect((await refresh(refreshToken, { client_id: 'phone' })).status).toBe(200);
  });

  test('leaves the access token valid until it expires', async () => {
    const { accessToken, refreshToken } = await open();
    await revoke(refreshToken);
    expect((await session.me(service, accessToken)).status).toBe(200);
    service.local.advance(601);
    expect((await session.me(service, accessToken)).status).toBe(403);
  });
});

describe('a refresh token works only for its client', () => {
  test.each([
    ['another', { client_id: 'tablet' }],
    ['none', {}],
  ])('%s is refused, and the session lives on', async (_name, extra) => {
    const { refreshToken } = await open({ client_id: 'phone' });
    expectRefused(await refresh(refreshToken, extra));
    expect((await refresh(refreshToken, { client_id: 'phone' })).status).toBe(200);
  });
});

describe('scope', () => {
  test('narrower is granted for this access token alone', async () => {
    const first = await open();
    const narrow = session.tokensOf(await refresh(first.refreshToken, { scope: 'read' }));
    expect(narrow.scope).toBe('read');
    expect(session.claimsOf(narrow.accessToken).scope).toBe('read');
    const whole = session.tokensOf(await refresh(narrow.refreshToken));
    expect(whole.scope).toBe('read write admin');
  });

  test('what exceeds the grant is dropped, and the response says so', async () => {
    const { refreshToken } = await open();
    const reply = session.tokensOf(await refresh(refreshToken, { scope: 'write root read' }));
    expect(reply.scope).toBe('read write');
    expect(session.claimsOf(reply.accessToken).scope).toBe('read write');
  });

  test('a scope that the account has lost is gone at the next refresh', async () => {
    const other = await service.addUser({ scopes: ['read', 'admin'] });
    const { refreshToken } = await session.openSession(service, other);
    await service.table('UpdateItem', {
      Key: { pk: { S: `USER#${other.subject}` }, sk: { S: 'ACCOUNT' } },
      UpdateExpression: 'SET #scope = :scope',
      ExpressionAttributeNames: { '#scope': 'scope' },
      ExpressionAttributeValues: { ':scope': { S: 'read' } },
    });
    expect(session.tokensOf(await refresh(refreshToken)).scope).toBe('read');
  });
});

describe('a session ends', () => {
  test('when it is not refreshed within the idle lifetime; each refresh restarts it', async () => {
    const first = (await open()).refreshToken;
    service.local.advance(2 * day - 5);
    const second = session.tokensOf(await refresh(first)).refreshToken;
    service.local.advance(2 * day - 5);
    const third = session.tokensOf(await refresh(second)).refreshToken;
    service.local.advance(2 * day + 1);
    expectRefused(await refresh(third));
  });

  test('at its absolute lifetime, however often it was refreshed', async () => {
    let token = (await open()).refreshToken;
    for (let days = 0; days < 4; days += 1) {
      service.local.advance(day);
      token = session.tokensOf(await refresh(token)).refreshToken;
    }
    service.local.advance(day - 100);
    token = session.tokensOf(await refresh(token)).refreshToken;
    service.local.advance(101);
    expectRefused(await refresh(token));
  });

  test.each([
    ['is disabled', 'SET #changed = :value', { '#changed': 'status' }, { ':value': { S: 'disabled' } }],
    ['is in a new epoch', 'SET #changed = :value', { '#changed': 'epoch' }, { ':value': { N: '1' } }],
  ])('when its account %s, and no token leaves', async (_name, expression, names, values) => {
    const other = await service.addUser();
    const { refreshToken } = await session.openSession(service, other);
    const account = { pk: { S: `USER#${other.subject}` }, sk: { S: 'ACCOUNT' } };
    await service.table('UpdateItem', {
      Key: account,
      UpdateExpression: expression,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    });
    expectRefused(await refresh(refreshToken));
    // Even if the account came back, the session would not.
    await service.table('UpdateItem', {
      Key: account,
      UpdateExpression: 'SET #status = :active, epoch = :zero',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':active': { S: 'active' }, ':zero': { N: '0' } },
    });
    expectRefused(await refresh(refreshToken));
  });

  test('when the user opens more than the limit, the least recently used first', async () => {
    const tokens: string[] = [];
    for (let count = 0; count < webApp.sessionCap; count += 1) {
      service.local.advance(1);
      tokens.push((await open()).refreshToken);
    }
    service.local.advance(1);
    const [first = '', second = '', third = ''] = tokens;
    const renewed = session.tokensOf(await refresh(first)).refreshToken;
    const fourth = (await open()).refreshToken;
    expectRefused(await refresh(second));
    for (const token of [third, fourth, renewed]) expect((await refresh(token)).status).toBe(200);
  });
});
