import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { jsonCall } from '../support/http-client.ts';
import { type MigrationService, startMigration } from './support/migration.ts';
import type { ProxiedService } from './support/service.ts';
import * as session from './support/session.ts';
import type { InvokeAnswer, UsersProxy } from './support/users-proxy.ts';

/** Serves the example that moves users from Cognito: the real function, with a stand-in for the pool. */

let migration: MigrationService;
let service: ProxiedService;
let old: UsersProxy;

beforeAll(async () => {
  migration = await startMigration();
  ({ service, old } = migration);
}, 90_000);
beforeEach(() => {
  // Start a new hour, so that earlier attempts no longer count.
  service.local.advance(3600);
  old.interfere(undefined);
  old.calls = 0;
});
afterAll(() => migration.stop());

const answering = (body: string, more: Partial<InvokeAnswer> = {}) =>
  old.interfere(async () => ({ status: 200, body, ...more }));

test('a user moves at the first login; after that, neither name is sent to the old system', async () => {
  const user = migration.poolUser();
  const tokens = session.tokensOf(await session.login(service, user));
  expect(session.claimsOf(tokens.accessToken)).toMatchObject({ sub: user.sub, scope: tokens.scope });
  expect(old.calls).toBe(1);
  session.tokensOf(await session.login(service, { ...user, username: user.email }));
  session.expectError(await session.login(service, { ...user, password: 'wrong' }), 400, 'invalid_grant');
  expect(old.calls).toBe(1);
});

test('the moved user changes the password here, and the old one is refused', async () => {
  const user = migration.poolUser();
  const { accessToken } = session.tokensOf(await session.login(service, user));
  const change = { current_password: user.password, new_password: 'another battery staple' };
  const reply = await service.send(jsonCall('/auth/password', change, { authorization: `Bearer ${accessToken}` }));
  expect(reply.status).toBe(200);
  session.expectError(await session.login(service, user), 400, 'invalid_grant');
  expect(old.calls).toBe(1);
});

test('parallel first logins create one account, and every admitted login gets tokens for it', async () => {
  const user = migration.poolUser();
  // One address gets 429 for more than a few attempts at a time. The contract suite admits all 50.
  const replies = await Promise.all(Array.from({ length: 50 }, () => session.login(service, user)));
  const admitted = replies.filter(({ status }) => status !== 429);
  expect(admitted.length).toBeGreaterThan(2);
  for (const reply of admitted) {
    expect(session.claimsOf(session.tokensOf(reply).accessToken)).toMatchObject({ sub: user.sub });
  }
  expect(replies.map(({ status }) => status).filter((status) => status !== 200 && status !== 429)).toEqual([]);
});

test('a wrong password and an unknown user get the same refusal, and throttled guesses are not sent', async () => {
  const user = migration.poolUser();
  const wrong = await session.login(service, { ...user, password: 'not the password' });
  const unknown = await session.login(service, { ...user, username: 'nobody' });
  for (const reply of [wrong, unknown]) session.expectError(reply, 400, 'invalid_grant');
  expect(wrong.text).toBe(unknown.text);
  const guess = () => service.send(jsonCall('/auth/login', { ...user, password: 'not the password' }));
  for (let tries = 0; tries < 20; tries += 1) await guess();
  expect(old.calls).toBeLessThan(12);
  session.expectError(await guess(), 429, 'slow_down');
});

describe('no account and no session', () => {
  test.each([
    ['the function throws', { functionError: 'Unhandled' }, 'migrate_failed'],
    ['Lambda fails', { status: 500 }, 'migrate_unavailable'],
    ['Lambda throttles', { status: 429 }, 'migrate_unavailable'],
    ['Lambda refuses', { status: 403 }, 'migrate_refused'],
    ['the answer is {}', { body: '{}' }, 'migrate_answer_malformed'],
    ['the answer is empty', { body: '' }, 'migrate_answer_malformed'],
    ['the answer names another user', { body: '{"username":"another-user"}' }, 'migrate_answer_malformed'],
  ])('when %s', async (_name, more: Partial<InvokeAnswer>, reason) => {
    const user = migration.poolUser();
    const before = service.local.logs.length;
    answering(JSON.stringify({ username: user.username }), more);
    service.dynamo.clear();
    const reply = await session.login(service, user);
    const lasts = reason === 'migrate_answer_malformed' || reason === 'migrate_refused';
    session.expectError(reply, lasts ? 500 : 503, lasts ? 'server_error' : 'temporarily_unavailable');
    expect(reply.headers['retry-after']).toEqual(lasts ? undefined : expect.stringMatching(/^[1-9]/));
    expect(service.dynamo.calls.filter(({ operation }) => operation === 'PutItem')).toEqual([]);
    const lines = service.local.logs.slice(before).map(({ line }) => line);
    expect(lines.filter((line) => line.includes(`"${reason}"`))).toHaveLength(1);
    if (more.body === '{}') expect(lines.join('\n')).toContain('"item":"answer username"');
    old.interfere(undefined);
    session.tokensOf(await session.login(service, user));
  });

  test('when the function takes longer than 3.5 s, even if it then accepts; the next login succeeds', async () => {
    const user = migration.poolUser();
    old.interfere(async (forward) => {
      const answer = await forward();
      await delay(6000, undefined, { ref: false });
      return answer;
    });
    session.expectError(await session.login(service, user), 503, 'temporarily_unavailable');
    old.interfere(undefined);
    session.tokensOf(await session.login(service, user));
  });
});
