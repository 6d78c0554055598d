import { beforeEach, describe, expect, test } from 'vitest';
import { noCookie, over, storage, tokens, World } from './support/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

describe('the first answer', () => {
  test('a first visit is signed out, without an exception', async () => {
    world.service = () => noCookie;
    const session = world.cookieSession();
    expect([session.state, session.ready]).toEqual(['unreachable', false]);
    expect(await session.accessToken()).toBeUndefined();
    expect([session.state, session.ready]).toEqual(['signed-out', true]);
    // The second tells a missing cookie from planted ones that the service has removed.
    expect(world.sent).toHaveLength(2);
    await session.accessToken();
    expect(world.sent).toHaveLength(2);
  });

  test('cookies planted by a sibling subdomain do not sign the user out', async () => {
    world.service = () => (world.sent.length === 1 ? noCookie : tokens('1'));
    const session = world.cookieSession();
    expect([await session.accessToken(), session.state]).toEqual(['access 1', 'signed-in']);
  });

  test('nothing is sent before the first use', async () => {
    world.cookieSession();
    await world.pass(60_000);
    expect(world.sent).toEqual([]);
  });

  test('an empty storage is signed out, and nothing is sent', async () => {
    const session = world.bodySession(storage());
    expect(await session.accessToken()).toBeUndefined();
    expect([session.state, world.sent.length]).toEqual(['signed-out', 0]);
  });

  test('an offline cold start keeps the session', async () => {
    world.service = () => Promise.reject(new TypeError('offline'));
    const store = storage('refresh 0');
    const session = world.bodySession(store);
    const asked = expect(session.accessToken()).rejects.toMatchObject({ code: 'unreachable' });
    await world.pass(30_000);
    await asked;
    expect([session.state, session.ready, store.token]).toEqual(['unreachable', true, 'refresh 0']);
    world.service = () => tokens('1');
    await world.wake(true);
    expect([session.state, await session.accessToken()]).toEqual(['signed-in', 'access 1']);
  });

  test('a storage that cannot be read is not a signed-out user', async () => {
    const store = storage('refresh 0');
    store.get = () => Promise.reject(new Error('locked'));
    const session = world.bodySession(store);
    await expect(session.accessToken()).rejects.toThrow('locked');
    expect(session.state).toBe('unreachable');
  });
});

describe('retries', () => {
  test('the same token is sent until it is answered, within 20 s and with Retry-After', async () => {
    const answers = [{ status: 503, headers: { 'retry-after': '7' } }, { status: 429 }, tokens('1')];
    world.service = () => answers.shift() ?? over;
    const session = world.bodySession(storage('refresh 0'));
    const asked = session.accessToken();
    await world.pass(20_000);
    expect(await asked).toBe('access 1');
    const [first, second] = world.refreshes();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(7_000);
    expect(world.refreshes().map(({ body }) => body.refresh_token)).toEqual(Array(3).fill('refresh 0'));
  });

  test('a lost answer is given up after 5 s, and asked for again', async () => {
    world.service = () => (world.sent.length === 1 ? new Promise(() => {}) : tokens('1'));
    const session = world.bodySession(storage('refresh 0'));
    const asked = session.accessToken();
    await world.pass(7_000);
    expect(await asked).toBe('access 1');
  });

  test('the page of a captive portal is not an answer', async () => {
    world.service = () => (world.sent.length === 1 ? { body: '<html>pay here' } : tokens('1'));
    const session = world.cookieSession();
    const asked = session.accessToken();
    await world.pass(3_000);
    expect(await asked).toBe('access 1');
  });

  test('no try begins later than 20 s after the first, and then the token cools down', async () => {
    world.service = () => ({ status: 503 });
    const store = storage('refresh 0');
    const session = world.bodySession(store);
    const asked = expect(session.accessToken()).rejects.toMatchObject({ code: 'unreachable', status: 503 });
    await world.pass(20_000);
    await asked;
    const start = world.refreshes()[0]?.at ?? 0;
    expect(Math.max(...world.refreshes().map(({ at }) => at - start))).toBeLessThanOrEqual(20_000);
    const sent = world.sent.length;
    await expect(session.accessToken()).rejects.toMatchObject({ code: 'unreachable' });
    expect(world.sent).toHaveLength(sent);
    // Another token is not concerned.
    store.token = 'refresh of another login';
    world.service = () => tokens('2');
    expect(await session.accessToken()).toBe('access 2');
  });

  test.each([400, 401, 403, 404, 415])('a %i without invalid_grant does not sign the user out', async (status) => {
    world.service = () => ({ status, body: { error: 'invalid_request' } });
    const store = storage('refresh 0');
    const session = world.bodySession(store);
    await expect(session.accessToken()).rejects.toMatchObject({ status });
    expect([session.state, store.token]).toEqual(['unreachable', 'refresh 0']);
  });

  test('a refusal that repeats does not become a loop', async () => {
    world.service = () => ({ status: 404 });
    const session = world.cookieSession();
    session.subscribe(() => {});
    await world.pass(600_000);
    expect(world.sent.length).toBeLessThan(30);
  });
});

describe('the end of a session', () => {
  test('invalid_grant signs out and forgets the token', async () => {
    world.service = () => over;
    const store = storage('refresh 0');
    const session = world.bodySession(store);
    expect(await session.accessToken()).toBeUndefined();
    expect([session.state, store.token]).toEqual(['signed-out', undefined]);
  });

  test('not when another process has stored a newer token', async () => {
    const store = storage('refresh 0');
    world.service = ({ body }) => {
      if (body.refresh_token !== 'refresh 0') return tokens('2');
      store.token = 'refresh 1';
      return over;
    };
    const session = world.bodySession(store);
    const asked = session.accessToken();
    await world.pass(5_000);
    expect([await asked, store.token]).toEqual(['access 2', 'refresh 2']);
  });
});
