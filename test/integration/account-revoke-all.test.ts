import { describe, expect, test, vi } from 'vitest';
import { formCall } from '../support/http-client.ts';
import { accountAttribute, expectChallenge, revokeAll, sessionIds } from './support/account.ts';
import { serviceForFile, userForEachTest } from './support/service.ts';
import * as session from './support/session.ts';

const floor = 50;

const service = serviceForFile();
const user = userForEachTest(service);

const open = (extra = {}) => session.openSession(service, user, extra);
const refresh = (token: string) => session.refresh(service, token);
const epoch = () => accountAttribute(service, user, 'epoch');
const expectDead = (...sessions: session.Tokens[]) => session.expectDead(service, ...sessions);

describe('everywhere', () => {
  test.each([
    ['without a body', undefined],
    ['with an empty object', {}],
    ['with keep_current: false', { keep_current: false }],
  ])('%s every session ends at once, the caller’s too', async (_name, body) => {
    const [one, two, own] = [await open(), await open({ client_id: 'phone' }), await open()];
    const reply = await revokeAll(service, own.accessToken, body);
    expect([reply.status, reply.json, reply.cookies]).toEqual([200, {}, []]);
    session.expectOwnHeaders(reply);
    await expectDead(one, own);
    session.expectError(await session.refresh(service, two.refreshToken, { client_id: 'phone' }), 400, 'invalid_grant');
    expectChallenge(await revokeAll(service, own.accessToken));
    expect(await epoch()).toBe(1);
  });

  test('a later login lives, and sees itself alone', async () => {
    const before = await open();
    await revokeAll(service, before.accessToken);
    const after = await open();
    expect((await refresh(after.refreshToken)).status).toBe(200);
    expect(await sessionIds(service, after.accessToken)).toEqual([after.sessionId]);
    await expectDead(before);
  });

  test('another user notices nothing', async () => {
    const other = await session.openSession(service, await service.addUser());
    await revokeAll(service, (await open()).accessToken);
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });

  test('one write decides: the sessions are dead although none of them could be marked', async () => {
    const [one, own] = [await open(), await open()];
    let broken = 0;
    service.dynamo.intercept(async ({ operation, input }, forward) => {
      if (operation !== 'UpdateItem' || !JSON.stringify(input.Key).includes('SESSION#')) return forward();
      broken += 1;
      return 'reset';
    });
    const reply = await revokeAll(service, own.accessToken);
    expect(reply.status).toBe(200);
    // Two sessions, three tries of the SDK for each; the answer does not wait for the last.
    await vi.waitFor(() => expect(broken).toBe(6), 10_000);
    service.dynamo.intercept(undefined);
    const { Item } = await service.table('GetItem', {
      Key: { pk: { S: `USER#${user.subject}` }, sk: { S: `SESSION#${one.sessionId}` } },
    });
    expect(Item).toMatchObject({ status: { S: 'active' } });
    expectChallenge(await revokeAll(service, own.accessToken));
    await expectDead(one, own);
  });
});

test('a malformed current password is refused where none is needed, too, and nothing ends', async () => {
  const own = await open();
  for (const current_password of ['x'.repeat(1025), 7, {}]) {
    const answer = await revokeAll(service, own.accessToken, { current_password });
    expect([answer.status, answer.json]).toMatchObject([400, { error: 'invalid_request' }]);
  }
  expect((await refresh(own.refreshToken)).status).toBe(200);
});

describe('everywhere else', () => {
  const keep = () => ({ keep_current: true, current_password: user.password });

  test('the caller’s session keeps refreshing, all others have ended', async () => {
    const [one, own, two] = [await open(), await open(), await open()];
    expect((await revokeAll(service, own.accessToken, keep())).status).toBe(200);
    await expectDead(one, two);
    let token = own.refreshToken;
    for (let count = 0; count < 3; count += 1) {
      token = session.tokensOf(await refresh(token)).refreshToken;
      service.local.advance(floor + 1);
    }
    expect(await sessionIds(service, session.tokensOf(await refresh(token)).accessToken)).toEqual([own.sessionId]);
  });

  test('twice by the same session keeps it twice', async () => {
    const own = await open();
    await revokeAll(service, own.accessToken, keep());
    const later = await open();
    expect((await revokeAll(service, own.accessToken, keep())).status).toBe(200);
    await expectDead(later);
    expect((await refresh(own.refreshToken)).status).toBe(200);
  });

  test('the kept session ends when another one is kept, or none', async () => {
    const first = await open();
    await revokeAll(service, first.accessToken, keep());
    const second = await open();
    await revokeAll(service, second.accessToken, keep());
    await expectDead(first);
    expect((await refresh(second.refreshToken)).status).toBe(200);
    await revokeAll(service, second.accessToken);
    await expectDead(second);
  });

  test('a dead session cannot spare itself', async () => {
    const [thief, own] = [await open(), await open()];
    await revokeAll(service, own.accessToken, keep());
    expectChallenge(await revokeAll(service, thief.accessToken, keep()));
    expect(await epoch()).toBe(1);
    expect(await accountAttribute(service, user, 'kept')).toBe(own.sessionId);
    await expectDead(thief);
    expect((await refresh(own.refreshToken)).status).toBe(200);
  });
});

describe('a malformed request ends nothing', () => {
  test.each([['true'], [1], [[]], [{}]])('keep_current: %j', async (value) => {
    const own = await open();
    const reply = await revokeAll(service, own.accessToken, { keep_current: value });
    session.expectError(reply, 400, 'invalid_request');
    expect(await epoch()).toBe(0);
    expect((await refresh(own.refreshToken)).status).toBe(200);
  });

  test('a form', async () => {
    const own = await open();
    const headers = { authorization: `Bearer ${own.accessToken}` };
    const reply = await service.send(formCall('/auth/revoke-all', { keep_current: 'true' }, headers));
    session.expectError(reply, 400, 'invalid_request');
    expect((await refresh(own.refreshToken)).status).toBe(200);
  });

  test('an access token in the URL', async () => {
    const own = await open();
    const reply = await service.send({ method: 'POST', path: `/auth/revoke-all?access_token=${own.accessToken}` });
    session.expectError(reply, 400, 'invalid_request');
    expect((await refresh(own.refreshToken)).status).toBe(200);
  });
});
