import { beforeEach, describe, expect, test } from 'vitest';
import { later, storage, tokens, World } from './support/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

describe('one refresh', () => {
  test('serves all callers', async () => {
    const answer = later<ReturnType<typeof tokens>>();
    world.service = () => answer.promise;
    const session = world.cookieSession();
    const all = Promise.all([session.accessToken(), session.accessToken(), session.accessToken()]);
    await world.settle();
    answer.resolve(tokens('1'));
    expect(await all).toEqual(Array(3).fill('access 1'));
    expect(world.sent).toHaveLength(1);
  });

  test('stores the new token before the access token is used, and never the one that was sent', async () => {
    const store = storage('refresh 0');
    const slow = later<void>();
    const { set } = store;
    store.set = async (token) => {
      await slow.promise;
      await set.call(store, token);
    };
    world.service = () => tokens('1');
    const session = world.bodySession(store);
    let given = false;
    const asked = session.accessToken().then(() => (given = true));
    await world.settle();
    expect(given).toBe(false);
    slow.resolve();
    await asked;
    expect(store.written).toEqual(['refresh 1']);
    world.sleep(601_000);
    await session.accessToken();
    expect(store.written).toEqual(['refresh 1']);
  });

  test('happens ahead of expiry, at 70 to 95 % of the lifetime, by wall clock', async () => {
    for (const [luck, at] of [
      [0, 420_000],
      [0.999999, 570_000],
    ] as const) {
      world = new World();
      world.luck = luck;
      world.service = () => tokens(String(world.sent.length));
      const session = world.cookieSession();
      await session.accessToken();
      await world.pass(at - 1_000);
      expect(world.sent).toHaveLength(1);
      await world.pass(2_000);
      expect(world.sent).toHaveLength(2);
    }
  });

  test('a device that slept refreshes when it wakes', async () => {
    world.service = () => tokens(String(world.sent.length));
    const session = world.cookieSession();
    await session.accessToken();
    world.sleep(3_600_000);
    await world.wake();
    expect([world.sent.length, await session.accessToken()]).toEqual([2, 'access 2']);
  });

  test('a failed refresh ahead of expiry leaves the session signed in while its token is valid', async () => {
    world.service = () => (world.sent.length === 1 ? tokens('1') : { status: 503 });
    const session = world.cookieSession();
    await session.accessToken();
    await world.pass(550_000);
    expect([session.state, await session.accessToken()]).toEqual(['signed-in', 'access 1']);
    await world.pass(60_000);
    expect(session.state).toBe('unreachable');
  });

  test('one caller can stop waiting without stopping the refresh', async () => {
    const answer = later<ReturnType<typeof tokens>>();
    world.service = () => answer.promise;
    const session = world.cookieSession();
    const stop = new AbortController();
    const cancelled = expect(session.accessToken({ signal: stop.signal })).rejects.toBe('enough');
    const other = session.accessToken();
    stop.abort('enough');
    await cancelled;
    answer.resolve(tokens('1'));
    expect(await other).toBe('access 1');
  });
});
