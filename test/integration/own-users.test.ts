import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { jsonCall } from '../support/http-client.ts';
import { signalEvent } from './support/bus.ts';
import { type Members, startMembers } from './support/members.ts';
import type { ProxiedService, User } from './support/service.ts';
import * as session from './support/session.ts';
import type { InvokeAnswer, UsersProxy } from './support/users-proxy.ts';

/** The example served: its own function over its own table, with a proxy in between that can be slow or talk nonsense. */

let members: Members;
let service: ProxiedService;
let users: UsersProxy;

beforeAll(async () => {
  members = await startMembers();
  ({ service, users } = members);
}, 90_000);
beforeEach(() => {
  // Start a new hour, so that earlier attempts no longer count.
  service.local.advance(3600);
  users.interfere(undefined);
  users.calls = 0;
});
afterAll(() => members.stop());

const member: Members['member'] = (changes) => members.member(changes);
const answering = (body: string, more: Partial<InvokeAnswer> = {}) =>
  users.interfere(async () => ({ status: 200, body, ...more }));
const log = () => service.local.logs.map(({ line }) => line).join('\n');

describe('a login', () => {
  test('with the right password opens a session; claims and scopes reach the access token', async () => {
    const user = await member();
    const tokens = session.tokensOf(await session.login(service, user));
    expect(tokens.scope.split(' ').toSorted()).toEqual(['orders:write', 'read']);
    expect(session.claimsOf(tokens.accessToken)).toMatchObject({
      sub: user.subject,
      tenant: 'acme',
      scope: tokens.scope,
    });
    const next = session.tokensOf(await session.refresh(service, tokens.refreshToken));
    expect(session.claimsOf(next.accessToken)).toMatchObject({ sub: user.subject, tenant: 'acme' });
  });

  test('asks the function twice the first time, once from then on, by the normalised name', async () => {
    const user = await member();
    await session.login(service, user);
    expect(users.calls).toBe(2);
    expect((await session.login(service, { ...user, username: ` ${user.username.toUpperCase()}` })).status).toBe(200);
    expect(users.calls).toBe(3);
  });

  test('a wrong password and an unknown user get the same refusal', async () => {
    const user = await member();
    const wrong = await session.login(service, { ...user, password: 'not the password' });
    const unknown = await session.login(service, { ...user, username: 'nobody' });
    for (const reply of [wrong, unknown]) session.expectError(reply, 400, 'invalid_grant');
    expect(wrong.text).toBe(unknown.text);
  });

  test('that is tried too often does not reach the function', async () => {
    const user = await member();
    const guess = () => service.send(jsonCall('/auth/login', { ...user, password: 'not the password' }));
    for (let tries = 0; tries < 20; tries += 1) await guess();
    expect(users.calls).toBeLessThan(10);
    session.expectError(await guess(), 429, 'slow_down');
  });

  test('brings new rights to the older sessions, too', async () => {
    const user = await member();
    const first = session.tokensOf(await session.login(service, user));
    answering(JSON.stringify({ subject: user.subject, claims: { tenant: 'new', sub: 'x', exp: 1 }, scopes: ['read'] }));
    session.tokensOf(await session.login(service, user));
    const refreshed = session.tokensOf(await session.refresh(service, first.refreshToken));
    expect(session.claimsOf(refreshed.accessToken)).toMatchObject({ tenant: 'new', sub: user.subject, scope: 'read' });
    expect((await session.me(service, refreshed.accessToken)).status).toBe(200);
  });
});

describe('no session', () => {
  const expectNobody = async (user: User, reason: string) => {
    const before = service.local.logs.length;
    service.dynamo.clear();
    const reply = await session.login(service, user);
    // The function's result will not change, so the client is not asked to retry.
    const lasts = reason === 'users_answer_malformed' || reason === 'users_refused';
    session.expectError(reply, lasts ? 500 : 503, lasts ? 'server_error' : 'temporarily_unavailable');
    expect(reply.headers['retry-after']).toEqual(lasts ? undefined : expect.stringMatching(/^[1-9]/));
    expect(service.dynamo.calls.filter(({ operation }) => operation === 'PutItem')).toEqual([]);
    expect(service.local.logs.slice(before).some(({ line }) => line.includes(`"${reason}"`))).toBe(true);
    expect(log()).not.toContain(user.password);
  };

  test('when the function throws', async () => {
    await expectNobody(await member({ key: 'no hash at all' }), 'users_failed');
  });

  test('when it takes longer than 3.5 s, even if it then accepts', async () => {
    const user = await member();
    const startedAt = performance.now();
    users.interfere(async (forward) => {
      const answer = await forward();
      await delay(6000, undefined, { ref: false });
      return answer;
    });
    await expectNobody(user, 'users_unavailable');
    expect(performance.now() - startedAt).toBeLessThan(9000);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'yes'],
    ['true', 'true'],
    ['text', '"alice"'],
    ['an empty object', '{}'],
    ['a list', '[{"subject":"alice"}]'],
    ['a subject that is not text', '{"subject":7}'],
    ['scopes in one text', '{"subject":"alice","scopes":"read"}'],
    ['an invalid scope', '{"subject":"alice","scopes":["read write"]}'],
    ['claims in a list', '{"subject":"alice","claims":[]}'],
    ['a 64-bit claim', '{"subject":"alice","claims":{"id":12345678901234567890}}'],
    ['6 KB of claims', JSON.stringify({ subject: 'alice', claims: { filler: 'x'.repeat(6000) } })],
  ])('when it answers %s', async (_name, body) => {
    answering(body);
    await expectNobody(await member(), 'users_answer_malformed');
  });

  test.each([
    ['Lambda fails', { status: 500 }, 'users_unavailable'],
    ['Lambda throttles', { status: 429 }, 'users_unavailable'],
    ['Lambda refuses', { status: 403 }, 'users_refused'],
    ['the function is said to have failed, whatever it answers', { functionError: 'Unhandled' }, 'users_failed'],
  ])('when %s', async (_name, more, reason) => {
    const user = await member();
    answering(JSON.stringify({ subject: user.subject }), more);
    await expectNobody(user, reason);
  });
});

test.each(['/auth/password', '/auth/email'])('%s does not exist', async (path) => {
  const { accessToken } = session.tokensOf(await session.login(service, await member()));
  const body = { current_password: 'any', new_password: 'another battery staple', email: 'a@example.com' };
  const reply = await service.send(jsonCall(path, body, { authorization: `Bearer ${accessToken}` }));
  expect([reply.status, reply.json]).toEqual([404, { message: 'Not Found' }]);
});

describe('a password that changes in the team’s store', () => {
  test('and is told on the bus ends every session; the new one logs in, the old one does not', async () => {
    const user = await member();
    const before = session.tokensOf(await session.login(service, user));
    await member({ ...user, password: 'another battery staple' });
    await members.bus.signal({ type: 'PasswordChanged', detail: { subject: user.subject } });
    await vi.waitFor(() => expect(log()).toContain(`"subject":"${user.subject}","outcome":"revoked"`), 10_000);
    await session.expectDead(service, before);
    session.expectError(await session.login(service, user), 400, 'invalid_grant');
    const after = session.tokensOf(await session.login(service, { ...user, password: 'another battery staple' }));
    expect((await session.refresh(service, after.refreshToken)).status).toBe(200);
  });

  test.each([
    ['who has logged in before', true],
    ['who logs in for the first time', false],
  ])('while a user %s is being verified by the old one: that session cannot refresh', async (_name, known) => {
    const user = await member();
    if (known) await session.login(service, user);
    users.calls = 0;
    users.interfere(async (forward) => {
      const yes = await forward();
      if (users.calls === (known ? 1 : 2)) {
        const event = signalEvent('PasswordChanged', { subject: user.subject }, crypto.randomUUID());
        expect(await service.local.invoke('TokenServiceSignals', event)).toMatchObject({ ok: true });
      }
      return yes;
    });
    await session.expectDead(service, session.tokensOf(await session.login(service, user)));
  });

  test('a user who is disabled on the bus is not logged in, whatever the store says', async () => {
    const user = await member();
    await session.login(service, user);
    const event = signalEvent('AccountDisabled', { subject: user.subject }, crypto.randomUUID());
    expect(await service.local.invoke('TokenServiceSignals', event)).toMatchObject({ ok: true });
    session.expectError(await session.login(service, user), 400, 'invalid_grant');
  });
});
