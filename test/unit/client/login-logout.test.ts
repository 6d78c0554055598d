import { beforeEach, describe, expect, test } from 'vitest';
import { later, noCookie, over, storage, tokens, World } from './support/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const credentials = { username: 'demo', password: 'secret' };
const byPath = (answers: Record<string, unknown>) => (sent: { path: string }) =>
  (answers[sent.path] ?? { status: 404 }) as ReturnType<typeof tokens>;

describe('login', () => {
  test.each([
    [over, { outcome: 'wrong-credentials' }],
    [
      { status: 429, headers: { 'retry-after': '12' } },
      { outcome: 'slow-down', retryAfterSeconds: 12 },
    ],
    [{ status: 429 }, { outcome: 'slow-down', retryAfterSeconds: 1 }],
    [{ status: 503 }, { outcome: 'unavailable' }],
    [{ status: 500, body: 'oops' }, { outcome: 'unavailable' }],
    [{ body: '<html>' }, { outcome: 'unavailable' }],
  ])('tells what happened: %j', async (answer, outcome) => {
    world.service = byPath({ '/auth/refresh': noCookie, '/auth/login': answer });
    const session = world.cookieSession();
    expect(await session.login(credentials)).toEqual(outcome);
    await world.settle();
    expect(session.state).toBe('signed-out');
  });

  test('a refused origin is an error for the developer', async () => {
    const refused = { status: 400, body: { error: 'invalid_request', error_description: 'Add it to allowedOrigins.' } };
    world.service = byPath({ '/auth/refresh': noCookie, '/auth/login': refused });
    const failure = world.cookieSession().login(credentials);
    await expect(failure).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('allowedOrigins'),
    });
  });

  test('stores the token of the login, and sends the one before along', async () => {
    world.service = byPath({ '/auth/refresh': { status: 503 }, '/auth/login': tokens('new') });
    const store = storage('refresh 0');
    const session = world.bodySession(store);
    expect(await session.login(credentials)).toEqual({ outcome: 'signed-in', sessionId: 's1' });
    expect(world.sent.find(({ path }) => path === '/auth/login')?.body).toMatchObject({
      channel: 'body',
      refresh_token: 'refresh 0',
    });
    expect([store.token, session.state]).toEqual(['refresh new', 'signed-in']);
  });

  test('the late answer of a refresh before it is dropped', async () => {
    const late = later<ReturnType<typeof tokens>>();
    world.service = ({ path }) => (path === '/auth/refresh' ? late.promise : tokens('new', { session_id: 's2' }));
    const store = storage('refresh 0');
    const session = world.bodySession(store);
    const waiting = session.accessToken();
    await world.settle();
    await session.login(credentials);
    late.resolve(tokens('old'));
    await world.settle();
    expect([store.token, await session.accessToken(), await waiting]).toEqual([
      'refresh new',
      'access new',
      'access new',
    ]);
  });

  test('a slow write of the refresh before it does not overwrite its token', async () => {
    const slow = later<void>();
    const store = storage('refresh 0');
    const { set } = store;
    store.set = async (token) => {
      if (token === 'refresh old') await slow.promise;
      await set.call(store, token);
    };
    world.service = ({ path }) => tokens(path === '/auth/refresh' ? 'old' : 'new');
    const session = world.bodySession(store);
    const waiting = session.accessToken();
    await world.settle();
    const login = session.login(credentials);
    await world.settle();
    slow.resolve();
    await Promise.all([login, waiting]);
    expect(store.token).toBe('refresh new');
  });

  test('when it fails, the refresh that it cut off is repeated in time', async () => {
    let refreshes = 0;
    world.service = ({ path }) => {
      if (path === '/auth/login') return over;
      refreshes += 1;
      return refreshes === 1 ? new Promise(() => {}) : tokens('1');
    };
    const session = world.cookieSession();
    session.subscribe(() => {});
    await world.settle();
    expect(await session.login(credentials)).toEqual({ outcome: 'wrong-credentials' });
    await world.pass(11_000);
    expect([refreshes, session.state]).toEqual([2, 'signed-in']);
  });

  test('can be cancelled', async () => {
    world.service = ({ path }) => (path === '/auth/login' ? new Promise(() => {}) : noCookie);
    const stop = new AbortController();
    const login = expect(world.cookieSession().login({ ...credentials, signal: stop.signal })).rejects.toBe('enough');
    await world.settle();
    stop.abort('enough');
    await login;
  });
});

describe('logout', () => {
  test('rejects when the server has not confirmed, and the session is still there', async () => {
    world.service = byPath({ '/auth/refresh': tokens('1'), '/auth/revoke': { status: 503 } });
    const store = storage('refresh 0');
    const session = world.bodySession(store);
    await session.accessToken();
    await expect(session.logout()).rejects.toMatchObject({ code: 'unreachable', status: 503 });
    expect([session.state, store.token]).toEqual(['signed-in', 'refresh 1']);
    world.service = byPath({ '/auth/revoke': {} });
    await session.logout();
    expect([session.state, store.token, await session.accessToken()]).toEqual(['signed-out', undefined, undefined]);
  });

  test('a confirmed one ends the session, even if the storage fails', async () => {
    world.service = byPath({ '/auth/refresh': tokens('1'), '/auth/revoke': {} });
    const failing = { ...storage('refresh 0'), remove: () => Promise.reject(new Error('the keychain is locked')) };
    const session = world.bodySession(failing);
    await session.accessToken();
    await expect(session.logout()).rejects.toThrow('locked');
    expect([session.state, await session.accessToken()]).toEqual(['signed-out', undefined]);
  });

  test('rejects without an answer', async () => {
    world.service = ({ path }) => (path === '/auth/revoke' ? Promise.reject(new TypeError('offline')) : tokens('1'));
    const session = world.cookieSession();
    await session.accessToken();
    await expect(session.logout()).rejects.toMatchObject({ code: 'unreachable' });
    expect(session.state).toBe('signed-in');
  });

  test('the late answer of a refresh before it is dropped', async () => {
    const late = later<ReturnType<typeof tokens>>();
    world.service = ({ path }) => (path === '/auth/refresh' ? late.promise : {});
    const store = storage('refresh 0');
    const session = world.bodySession(store);
    const waiting = session.accessToken();
    await world.settle();
    await session.logout();
    late.resolve(tokens('1'));
    expect([await waiting, session.state, store.token]).toEqual([undefined, 'signed-out', undefined]);
  });

  test('a refresh asked for meanwhile waits for it', async () => {
    const answer = later<object>();
    world.service = ({ path }) => (path === '/auth/revoke' ? answer.promise : tokens('1')) as never;
    const session = world.cookieSession();
    await session.accessToken();
    const out = session.logout();
    await world.settle();
    world.sleep(700_000);
    const asked = session.accessToken();
    await world.settle();
    expect(world.refreshes()).toHaveLength(1);
    answer.resolve({});
    await out;
    expect(await asked).toBeUndefined();
  });
});
