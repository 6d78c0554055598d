import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { hitting, loseAnswer } from '../support/fault-proxy.ts';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import { expectError, openSession, refresh, tokensOf } from './support/session.ts';

/** Without a grace window each refresh token works exactly once, and the SDK's own repetitions still do no harm. */

let service: ProxiedService;
let user: User;

beforeAll(async () => {
  service = await startProxied({ context: { graceSeconds: '0' } });
  user = await service.addUser();
});
afterEach(() => service.dynamo.intercept(undefined));
afterAll(() => service.stop());

test('every refresh rotates, at once', async () => {
  const seen = new Set<string>();
  let { refreshToken: token } = await openSession(service, user);
  for (let count = 0; count < 4; count += 1) {
    seen.add(token);
    token = tokensOf(await refresh(service, token)).refreshToken;
  }
  expect(seen.add(token).size).toBe(5);
});

test('the old token ends the session, at once', async () => {
  const { refreshToken } = await openSession(service, user);
  const successor = tokensOf(await refresh(service, refreshToken)).refreshToken;
  expectError(await refresh(service, refreshToken), 400, 'invalid_grant');
  expectError(await refresh(service, successor), 400, 'invalid_grant');
});

test('a write that the SDK repeats after a lost answer is not reuse (row C)', async () => {
  const { refreshToken } = await openSession(service, user);
  service.dynamo.clear();
  service.dynamo.intercept(hitting(loseAnswer, ({ operation }) => operation === 'UpdateItem', 1));
  const successor = tokensOf(await refresh(service, refreshToken)).refreshToken;
  expect(service.dynamo.calls.filter(({ operation }) => operation === 'UpdateItem')).toHaveLength(2);
  expect(successor).not.toBe(refreshToken);
  expect((await refresh(service, successor)).status).toBe(200);
});
