import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Intercept } from '../support/counting-proxy.ts';
import * as faults from '../support/fault-proxy.ts';
import { type HttpReply, jsonCall } from '../support/http-client.ts';
import { type ProxiedService, startProxied, type User, webApp, webAppContext } from './support/service.ts';
import { cookieOf, expectError, login, openSession, refresh, revoke, tokensOf } from './support/session.ts';

/** DynamoDB misbehaves: an honest client must never be logged out by it. */

const grace = 30;

let service: ProxiedService;
let user: User;

beforeAll(async () => {
  service = await startProxied({ context: webAppContext });
  user = await service.addUser();
});
// Logins that fail slow the next ones down for the rest of the hour.
beforeEach(() => service.local.advance(3600));
afterEach(() => service.dynamo.intercept(undefined));
afterAll(() => service.stop());

const inject = (fault: Intercept, operation: string, count?: number) =>
  service.dynamo.intercept(faults.hitting(fault, (call) => call.operation === operation, count));

function expectUnavailable(reply: HttpReply): void {
  expectError(reply, 503, 'temporarily_unavailable');
  expect(Number(reply.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect(Number(reply.headers['retry-after'])).toBeLessThanOrEqual(grace / 3);
  expect(reply.cookies).toEqual([]);
}

/** After a fault the client sends the same token again, twice: it gets one successor, and that one is alive. */
async function expectRecovery(refreshToken: string): Promise<string> {
  const successor = tokensOf(await refresh(service, refreshToken)).refreshToken;
  expect(successor).not.toBe(refreshToken);
  expect(tokensOf(await refresh(service, refreshToken)).refreshToken).toBe(successor);
  service.local.advance(51);
  expect(tokensOf(await refresh(service, successor)).refreshToken).not.toBe(successor);
  return successor;
}

const all: readonly [string, Intercept][] = [
  ['loses the answer', faults.loseAnswer],
  ['breaks the connection', faults.reset],
  ['throttles', faults.throttle],
  ['fails', faults.failInternally],
  ['conflicts', faults.conflict],
];
const calls = ['UpdateItem', 'GetItem'] as const;
const cases = all.flatMap(([name, fault]) => calls.map((operation) => [name, operation, fault] as const));

describe('a refresh while the table', () => {
  test.each(cases)('%s at every %s: 503, and the retry finds its successor', async (_name, operation, fault) => {
    const { refreshToken } = await openSession(service, user);
    inject(fault, operation);
    expectUnavailable(await refresh(service, refreshToken));
    service.dynamo.intercept(undefined);
    service.local.advance(grace / 3);
    await expectRecovery(refreshToken);
  });

  test.each(cases.filter(([name]) => name !== 'conflicts'))('%s at the first %s: 200', async (_n, operation, fault) => {
    const { refreshToken } = await openSession(service, user);
    inject(fault, operation, 1);
    const { refreshToken: successor } = tokensOf(await refresh(service, refreshToken));
    service.dynamo.intercept(undefined);
    expect(await expectRecovery(refreshToken)).toBe(successor);
  });

  test('lost every answer: the client that waits beyond the grace is excused, once it is answered the clock runs', async () => {
    const { refreshToken } = await openSession(service, user);
    inject(faults.loseAnswer, 'UpdateItem');
    expectUnavailable(await refresh(service, refreshToken));
    service.dynamo.intercept(undefined);
    service.local.advance(100 * grace);
    await expectRecovery(refreshToken);
    expectError(await refresh(service, refreshToken), 400, 'invalid_grant');
  });

  test('lost the answer to the rotation and takes no note: beyond the grace it is reuse', async () => {
    const { refreshToken } = await openSession(service, user);
    let rotations = 0;
    service.dynamo.intercept(async (call, forward) => {
      if (call.operation !== 'UpdateItem') return forward();
      const rotates = String(call.input.UpdateExpression).includes('previousHash');
      if (rotates) rotations += 1;
      return rotates ? faults.loseAnswer(call, forward) : 'reset';
    });
    expectUnavailable(await refresh(service, refreshToken));
    service.dynamo.intercept(undefined);
    expect(rotations).toBeGreaterThan(0);
    service.local.advance(grace + 1);
    expectError(await refresh(service, refreshToken), 400, 'invalid_grant');
  });

  test('responds too late: the call is repeated, and abandoned before the function times out', async () => {
    const [once, always] = [await openSession(service, user), await openSession(service, user)];
    const late = faults.delayAnswer(2300);
    const first = faults.hitting(late, ({ input }) => JSON.stringify(input.Key).includes(once.sessionId), 1);
    const each = faults.hitting(late, ({ input }) => JSON.stringify(input.Key).includes(always.sessionId));
    service.dynamo.intercept((call, forward) => first(call, () => each(call, forward)));
    const startedAt = performance.now();
    const [repeated, givenUp] = await Promise.all([
      refresh(service, once.refreshToken),
      refresh(service, always.refreshToken),
    ]);
    expect(performance.now() - startedAt).toBeLessThan(9500);
    expectUnavailable(givenUp);
    service.dynamo.intercept(undefined);
    expect(tokensOf(await refresh(service, once.refreshToken)).refreshToken).toBe(tokensOf(repeated).refreshToken);
    await expectRecovery(always.refreshToken);
  });

  test('cannot write the tombstone of a reuse: no refusal before the session has ended', async () => {
    const { refreshToken } = await openSession(service, user);
    const second = tokensOf(await refresh(service, refreshToken)).refreshToken;
    service.local.advance(grace + 1);
    const isTombstone = faults.hitting(faults.failInternally, ({ input }) =>
      String(input.UpdateExpression).includes('revokedReason'),
    );
    service.dynamo.intercept(isTombstone);
    expectUnavailable(await refresh(service, refreshToken));
    service.dynamo.intercept(undefined);
    expectError(await refresh(service, refreshToken), 400, 'invalid_grant');
    expectError(await refresh(service, second), 400, 'invalid_grant');
  });
});

test('a cookie is left as it is by a 503, and set by the retry', async () => {
  const headers = { origin: webApp.origin };
  const cookie = cookieOf(await service.send(jsonCall('/auth/login', { ...user, channel: 'cookie' }, headers)));
  const send = () => service.send(jsonCall('/auth/refresh', { grant_type: 'refresh_token' }, { ...headers, cookie }));
  inject(faults.loseAnswer, 'UpdateItem');
  expectUnavailable(await send());
  service.dynamo.intercept(undefined);
  const successor = cookieOf(await send());
  expect(successor).not.toBe(cookie);
  expect(cookieOf(await send())).toBe(successor);
});

describe('a login while the table', () => {
  test.each(all)('%s at every PutItem: 503 and no token', async (_name, fault) => {
    inject(fault, 'PutItem');
    const reply = await login(service, user);
    expectUnavailable(reply);
    expect(reply.text).not.toContain('token"');
  });

  test('loses the answer to the first PutItem: 200, and the session works', async () => {
    inject(faults.loseAnswer, 'PutItem', 1);
    const { refreshToken } = await openSession(service, user);
    service.dynamo.intercept(undefined);
    await expectRecovery(refreshToken);
  });

  test('throttles every GetItem: 503, not "wrong password"', async () => {
    inject(faults.throttle, 'GetItem');
    expectUnavailable(await login(service, user));
  });

  test('throttles every Query: 200, for housekeeping waits for the next login', async () => {
    inject(faults.throttle, 'Query');
    const { refreshToken } = await openSession(service, user);
    expect(service.dynamo.calls.some(({ operation }) => operation === 'Query')).toBe(true);
    service.dynamo.intercept(undefined);
    await expectRecovery(refreshToken);
  });
});

describe('a revocation while the table', () => {
  test.each(all)('%s at every write: 503, never a 200 that is not true', async (_name, fault) => {
    const { refreshToken } = await openSession(service, user);
    inject(fault, 'UpdateItem');
    expectUnavailable(await revoke(service, refreshToken));
    service.dynamo.intercept(undefined);
    expect((await revoke(service, refreshToken)).status).toBe(200);
    expectError(await refresh(service, refreshToken), 400, 'invalid_grant');
  });

  test('loses the first answer: 200', async () => {
    const { refreshToken } = await openSession(service, user);
    inject(faults.loseAnswer, 'UpdateItem', 1);
    expect((await revoke(service, refreshToken)).status).toBe(200);
  });
});
