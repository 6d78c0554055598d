import { describe, expect, test } from 'vitest';
import { hitting, reset } from '../support/fault-proxy.ts';
import * as account from './support/account.ts';
import { serviceForFile, userForEachTest } from './support/service.ts';
import * as session from './support/session.ts';

const service = serviceForFile();
const user = userForEachTest(service);

const open = (extra = {}) => session.openSession(service, user, extra);
const refresh = (token: string) => session.refresh(service, token);
const expectDead = (...sessions: session.Tokens[]) => session.expectDead(service, ...sessions);
const attribute = (name: string) => account.accountAttribute(service, user, name);
const next = 'another battery staple';
const change = (accessToken: string, changes = {}) =>
  account.changePassword(service, accessToken, { current_password: user.password, new_password: next, ...changes });
const move = (accessToken: string, changes = {}) =>
  account.changeEmail(service, accessToken, { current_password: user.password, email: 'new@example.com', ...changes });

/** Nothing has happened: no other hash, address or epoch, and the session lives. */
async function expectUntouched(own: session.Tokens, before: readonly unknown[]): Promise<void> {
  expect(await state()).toEqual(before);
  expect((await refresh(own.refreshToken)).status).toBe(200);
}
const state = async () => [await attribute('passwordHash'), await attribute('email'), await attribute('epoch')];

describe('a new password', () => {
  test('works from now on, and the old one does not; every older session ends, including the caller’s', async () => {
    const [one, own, two] = [await open(), await open(), await open({ device_name: 'Phone' })];
    const reply = await change(two.accessToken);
    session.expectOwnHeaders(reply);
    const renewed = session.tokensOf(reply);
    session.expectError(await session.login(service, user), 400, 'invalid_grant');
    await expectDead(one, own, two);
    for (const { accessToken } of [own, two]) account.expectChallenge(await account.listSessions(service, accessToken));
    const later = session.tokensOf(await session.login(service, { ...user, password: next }));
    for (const { refreshToken } of [renewed, later]) expect((await refresh(refreshToken)).status).toBe(200);
    const { sessions } = (await account.listSessions(service, renewed.accessToken)).json as {
      sessions: { session_id: string; device_name: string | null }[];
    };
    expect(new Map(sessions.map((one) => [one.session_id, one.device_name]))).toEqual(
      new Map([
        [renewed.sessionId, 'Phone'],
        [later.sessionId, null],
      ]),
    );
  });

  test('again, by the new session; then the first new one is of no use', async () => {
    const own = session.tokensOf(await change((await open()).accessToken));
    const reply = await change(own.accessToken, { current_password: next, new_password: 'a third battery staple' });
    expect((await refresh(session.tokensOf(reply).refreshToken)).status).toBe(200);
    await expectDead(own);
    session.expectError(await session.login(service, { ...user, password: next }), 400, 'invalid_grant');
    expect((await session.login(service, { ...user, password: 'a third battery staple' })).status).toBe(200);
  });

  test('is taken although a thief has ended the session since the login', async () => {
    const stolen = await open();
    const own = await open();
    expect((await account.revokeAll(service, stolen.accessToken)).status).toBe(200);
    account.expectChallenge(await account.listSessions(service, own.accessToken));
    const renewed = session.tokensOf(await change(own.accessToken));
    expect((await refresh(renewed.refreshToken)).status).toBe(200);
    await expectDead(stolen, own);
  });

  test('is refused without the current one: access_denied, and no challenge', async () => {
    const own = await open();
    const before = await state();
    const reply = await change(own.accessToken, { current_password: 'not the password' });
    session.expectError(reply, 400, 'access_denied');
    expect(reply.headers).not.toHaveProperty('www-authenticate');
    await expectUntouched(own, before);
  });

  test.each([
    ['too short', () => 'short 7'],
    ['too long', () => 'x'.repeat(257)],
    ['common', () => 'Football1'],
    ['with the username in it', () => `my ${user.username.toUpperCase()}!`],
    ['empty', () => ''],
    ['no text', () => 12_345_678],
    ['longer than anything is read', () => 'x'.repeat(1025)],
  ])('that is %s is invalid_request', async (_name, make) => {
    const own = await open();
    const before = await state();
    session.expectError(await change(own.accessToken, { new_password: make() }), 400, 'invalid_request');
    await expectUntouched(own, before);
  });

  test.each(['current_password', 'new_password'])('without %s is invalid_request', async (name) => {
    const own = await open();
    const before = await state();
    session.expectError(await change(own.accessToken, { [name]: undefined }), 400, 'invalid_request');
    await expectUntouched(own, before);
  });

  test('of any characters is accepted as typed', async () => {
    const own = await open();
    const password = ' ﬁne 密码 🔑🔑 ';
    expect((await change(own.accessToken, { new_password: password })).status).toBe(200);
    session.expectError(await session.login(service, { ...user, password: password.trim() }), 400, 'invalid_grant');
    expect((await session.login(service, { ...user, password })).status).toBe(200);
  });

  test('of two at once, by the same old one, exactly one is taken', async () => {
    const [one, two] = [await open(), await open()];
    const replies = await Promise.all([
      change(one.accessToken, { new_password: 'the first of the two' }),
      change(two.accessToken, { new_password: 'the second of the two' }),
    ]);
    expect(replies.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    const winner = replies[0]?.status === 200 ? 'the first of the two' : 'the second of the two';
    expect((await session.login(service, { ...user, password: winner })).status).toBe(200);
    expect(await attribute('epoch')).toBe(1);
  });

  test('that was taken is told as taken, although the tries could not be forgotten', async () => {
    const own = await open();
    for (let tries = 0; tries < 4; tries += 1) await change(own.accessToken, { current_password: 'not the password' });
    service.dynamo.intercept(
      hitting(reset, ({ input }) => String(input.UpdateExpression).includes('REMOVE nextAt, pauseMs')),
    );
    const reply = await change(own.accessToken);
    service.dynamo.intercept(undefined);
    expect(reply.status).toBe(200);
    expect((await session.login(service, { ...user, password: next })).status).toBe(200);
  });
});

describe('a new e-mail address', () => {
  test('is stored, and every older session is over', async () => {
    const [one, own] = [await open(), await open()];
    const renewed = session.tokensOf(await move(own.accessToken));
    expect(await attribute('email')).toBe('new@example.com');
    await expectDead(one, own);
    expect((await refresh(renewed.refreshToken)).status).toBe(200);
    expect((await session.login(service, user)).status).toBe(200);
  });

  test('is refused without the current password', async () => {
    const own = await open();
    const before = await state();
    session.expectError(await move(own.accessToken, { current_password: 'wrong' }), 400, 'access_denied');
    await expectUntouched(own, before);
  });

  test.each([
    ['nobody'],
    ['@example.com'],
    ['a@b'],
    ['a@b@example.com'],
    ['a b@example.com'],
    ['a@example..com'],
    [''],
  ])('%j is refused', async (email) => {
    const own = await open();
    const before = await state();
    session.expectError(await move(own.accessToken, { email }), 400, 'invalid_request');
    session.expectError(await move(own.accessToken, { email: [email] }), 400, 'invalid_request');
    await expectUntouched(own, before);
  });
});

describe('an account that the operator disables', () => {
  const users = (command: string) =>
    account.pawl(service, ['users', command, user.username, '--local', ...(command === 'disable' ? ['--yes'] : [])]);

  test('allows no login and no refresh; once enabled, it allows logins, and the old sessions stay ended', async () => {
    const old = await open();
    expect((await users('disable')).code).toBe(0);
    account.expectChallenge(await account.listSessions(service, old.accessToken));
    const refused = await session.login(service, user);
    const wrong = await session.login(service, { ...user, password: 'not the password' });
    session.expectError(refused, 400, 'invalid_grant');
    expect(refused.text).toBe(wrong.text);
    await expectDead(old);
    expect((await users('enable')).code).toBe(0);
    const later = await open();
    expect((await refresh(later.refreshToken)).status).toBe(200);
    await expectDead(old);
    account.expectChallenge(await account.listSessions(service, old.accessToken));
  });
});
