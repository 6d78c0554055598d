import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { guessLimits } from '../../lambda/core/throttle.ts';
import { jsonCall } from '../support/http-client.ts';
import { type ProxiedService, startProxied, type User, webApp, webAppContext } from './support/service.ts';
import { cookieOf, login, me, openSession, refresh, revoke, tokensOf } from './support/session.ts';
import { barrier, type Cost, costOf, stretch } from './support/trips.ts';

/** What each kind of request costs at DynamoDB, counted between the functions and the engine. */

const grace = 30;
const floor = 50;
const lines: (readonly [string, Cost])[] = [];

let service: ProxiedService;
let user: User;

beforeAll(async () => {
  service = await startProxied({ context: webAppContext });
  user = await service.addUser();
  // Cold starts, and the keys that they load, are not what is measured.
  const { accessToken, refreshToken } = await openSession(service, user);
  await Promise.all([refresh(service, refreshToken), me(service, accessToken)]);
});
// A new window: from a tenth of an address's limit on, a right password costs one more write, which gives the try back.
beforeEach(() => service.local.advance(guessLimits.addressWindowMs / 1000));
afterAll(async () => {
  await service.stop();
  const columns = ['requests', 'trips', 'writeUnits', 'readUnits'] as const;
  const row = (name: string, cells: readonly unknown[]) =>
    name.padEnd(34) + cells.map((cell) => String(cell).padStart(9)).join('');
  const table = lines.map(([name, cost]) =>
    row(
      name,
      columns.map((column) => cost[column]),
    ),
  );
  const head = row('DynamoDB, per request', ['requests', 'trips', 'WU', 'RU']);
  process.stdout.write(`\n${[head, ...table].join('\n')}\n\n`);
});

/** Runs one request and counts; parallel requests to the engine are made to overlap. */
async function measure<T>(name: string, send: () => Promise<T>): Promise<{ reply: T; cost: Cost }> {
  service.dynamo.clear();
  service.dynamo.intercept(stretch);
  const reply = await send();
  service.dynamo.intercept(undefined);
  const cost = costOf(service.dynamo.calls);
  lines.push([name, cost]);
  return { reply, cost };
}

const refreshOperations = ['GetItem', 'UpdateItem'];
const sorted = ({ operations }: Cost) => [...operations].sort();

describe('a refresh', () => {
  test('is one write and one consistent read, in one trip', async () => {
    const { refreshToken } = await openSession(service, user);
    const { reply, cost } = await measure('refresh (rotation)', () => refresh(service, refreshToken));
    expect(reply.status).toBe(200);
    expect(cost).toMatchObject({ requests: 2, trips: 1, writeUnits: 1, readUnits: 1 });
    expect(sorted(cost)).toEqual(refreshOperations);
    const read = service.dynamo.calls.find(({ operation }) => operation === 'GetItem');
    expect(read?.input.ConsistentRead).toBe(true);
  });

  test('sends the two at once: neither waits for the other', async () => {
    const { refreshToken } = await openSession(service, user);
    service.dynamo.intercept(barrier(2, 1000));
    const reply = await refresh(service, refreshToken);
    service.dynamo.intercept(undefined);
    expect(reply.status, reply.text).toBe(200);
  });

  test('stays at one write unit with every field as long as it may be', async () => {
    const extra = { client_id: 'c'.repeat(64), device_name: 'd'.repeat(64) };
    const full = await service.addUser({ scopes: Array.from({ length: 20 }, (_, index) => `scope-${index + 10}`) });
    const body = { username: full.username, password: full.password, ...extra };
    const opened = tokensOf(await service.send(jsonCall('/auth/login', body, { 'user-agent': 'u'.repeat(2000) })));
    const send = () => refresh(service, opened.refreshToken, { client_id: extra.client_id });
    const { cost } = await measure('refresh (largest session)', send);
    expect(cost).toMatchObject({ requests: 2, trips: 1, writeUnits: 1, readUnits: 1 });
  });

  test('that is a retry, or too soon, asks no more', async () => {
    const { refreshToken } = await openSession(service, user);
    const second = tokensOf(await refresh(service, refreshToken)).refreshToken;
    const retry = await measure('refresh, row E (retry)', () => refresh(service, refreshToken));
    expect(tokensOf(retry.reply).refreshToken).toBe(second);
    const soon = await measure('refresh, row D (too soon)', () => refresh(service, second));
    expect(tokensOf(soon.reply).refreshToken).toBe(second);
    for (const { cost } of [retry, soon]) {
      expect(cost).toMatchObject({ requests: 2, trips: 1 });
      expect(sorted(cost)).toEqual(refreshOperations);
    }
  });

  test('that is reuse adds the one write that ends the session', async () => {
    const { refreshToken } = await openSession(service, user);
    await refresh(service, refreshToken);
    service.local.advance(grace + 1);
    const { reply, cost } = await measure('refresh, row F (reuse)', () => refresh(service, refreshToken));
    expect(reply.json.error).toBe('invalid_grant');
    expect(cost).toMatchObject({ requests: 3, trips: 2 });
    const dead = await measure('refresh, row A (dead)', () => refresh(service, refreshToken));
    expect(dead.reply.json.error).toBe('invalid_grant');
    expect(dead.cost).toMatchObject({ requests: 2, trips: 1 });
  });

  test('of a session that is gone is the same two', async () => {
    const { refreshToken, sessionId } = await openSession(service, user);
    const key = { pk: { S: `USER#${user.subject}` }, sk: { S: `SESSION#${sessionId}` } };
    await service.table('DeleteItem', { Key: key });
    const { reply, cost } = await measure('refresh, row A (no item)', () => refresh(service, refreshToken));
    expect(reply.json.error).toBe('invalid_grant');
    expect(cost.requests).toBeLessThanOrEqual(3);
    expect((await service.table('GetItem', { Key: key })).Item).toBeUndefined();
  });

  test('with a forged token asks nothing', async () => {
    const { refreshToken } = await openSession(service, user);
    const forged = refreshToken.replace(/.{22}$/, 'A'.repeat(22));
    const { reply, cost } = await measure('refresh, forged token', () => refresh(service, forged));
    expect(reply.json.error).toBe('invalid_grant');
    expect(cost.requests).toBe(0);
  });
});

describe('a login', () => {
  test('takes at most 6 requests in at most 3 trips', async () => {
    const fresh = await service.addUser();
    const first = await measure('login, first from a network', () => login(service, fresh));
    const { cost } = await measure('login', () => login(service, fresh));
    // The sixth reads the sessions, beside the write of the new one: they are not read before the password is verified.
    expect(cost.requests).toBeLessThanOrEqual(6);
    expect(cost.trips).toBeLessThanOrEqual(3);
    // The mark of the network, on the account.
    expect(first.cost.requests).toBe(cost.requests + 1);
    expect(first.cost.trips).toBeLessThanOrEqual(3);
  });

  test('that replaces the session of a cookie adds its tombstone, and a trip: the new session comes first', async () => {
    const fresh = await service.addUser();
    const byCookie = (cookie?: string) => {
      service.local.advance(1);
      const headers = { origin: webApp.origin, ...(cookie === undefined ? {} : { cookie }) };
      return service.send(jsonCall('/auth/login', { ...fresh, channel: 'cookie' }, headers));
    };
    await byCookie();
    const plain = await measure('login by cookie', () => byCookie());
    const replaced = cookieOf(plain.reply);
    const { reply, cost } = await measure('login, cookie replaced', () => byCookie(replaced));
    expect(reply.status).toBe(200);
    expect(cost.requests).toBe(plain.cost.requests + 1);
    expect(cost.trips).toBeLessThanOrEqual(4);
  });

  test('that renews an old password hash adds one request, once', async () => {
    const old = await service.addUser({ cost: { memoryKib: 1024, passes: 1, lanes: 1 } });
    const first = await measure('login, old hash renewed', () => login(service, old));
    const next = await measure('login, the time after', () => login(service, old));
    expect(first.reply.status).toBe(200);
    // The other is the mark of the network, as at every first login.
    expect(first.cost.requests).toBe(next.cost.requests + 2);
  });

  test('that is refused costs the same for each reason', async () => {
    const wrong = { username: user.username, password: 'not the password' };
    const known = await measure('login, wrong password', () => login(service, wrong));
    const unknown = await measure('login, unknown user', () => login(service, { ...wrong, username: 'nobody' }));
    expect(unknown.cost).toMatchObject({ requests: known.cost.requests, trips: known.cost.trips });
    expect(sorted(unknown.cost)).toEqual(sorted(known.cost));
  });
});

test('a revocation is one write', async () => {
  const { refreshToken } = await openSession(service, user);
  const { cost } = await measure('revoke', () => revoke(service, refreshToken));
  expect(cost).toMatchObject({ requests: 1, trips: 1, writeUnits: 1, readUnits: 0 });
  const unknown = await measure('revoke, unknown token', () => revoke(service, 'unknown'));
  expect(unknown.cost.requests).toBe(0);
});

test('the authorizer asks nothing, whatever it decides', async () => {
  const { accessToken } = await openSession(service, user);
  service.local.advance(floor);
  const allowed = await measure('/me, allowed', () => me(service, accessToken));
  const refused = await measure('/me, refused', () => me(service, `${accessToken}x`));
  expect([allowed.reply.status, refused.reply.status]).toEqual([200, 403]);
  expect([allowed.cost.requests, refused.cost.requests]).toEqual([0, 0]);
});
