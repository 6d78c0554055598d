import { beforeEach, describe, expect, test } from 'vitest';
import { type Answer, later, noCookie, over, tokens, World } from './support/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const credentials = { username: 'demo', password: 'secret' };

test('a fresh access token serves all tabs', async () => {
  world.service = () => tokens(String(world.sent.length));
  const [one, two] = [world.cookieSession(), world.cookieSession()];
  await one.accessToken();
  two.subscribe(() => {});
  await world.settle();
  await world.pass(500_000);
  const sent = world.sent.length;
  expect(await one.accessToken()).toBe(await two.accessToken());
  expect(world.sent).toHaveLength(sent);
});

test('a login in one tab signs the other in, and cuts its refresh off', async () => {
  const late = later<ReturnType<typeof tokens>>();
  world.service = ({ path }) => (path === '/auth/login' ? tokens('new', { session_id: 's2' }) : late.promise);
  const [one, two] = [world.cookieSession(), world.cookieSession()];
  const waiting = two.accessToken();
  await world.settle();
  await one.login(credentials);
  late.resolve(over);
  expect([await waiting, two.state]).toEqual(['access new', 'signed-in']);
  late.resolve(tokens('old'));
  await world.settle();
  expect(await one.accessToken()).toBe('access new');
});

test('a logout in one tab signs the other out, and no late message brings the session back', async () => {
  world.service = ({ path }) => (path === '/auth/revoke' ? {} : tokens('1'));
  const [one, two] = [world.cookieSession(), world.cookieSession()];
  await Promise.all([one.accessToken(), two.accessToken()]);
  const tell = world.platform.tabs('pawl https://auth.example.com', () => {});
  await one.logout();
  await world.settle();
  expect([one.state, two.state]).toEqual(['signed-out', 'signed-out']);
  const access = { token: 'late', sessionId: 's1', issuedAt: world.now, expiresAt: world.now + 600_000 };
  tell?.({ type: 'access', access });
  expect([one.state, two.state]).toEqual(['signed-out', 'signed-out']);
});

test('an older access token does not replace a newer one, nor one of another session', async () => {
  world.service = () => tokens('1');
  const session = world.cookieSession();
  await session.accessToken();
  const tell = world.platform.tabs('pawl https://auth.example.com', () => {});
  tell?.({ type: 'access', access: { token: 'older', sessionId: 's1', issuedAt: 0, expiresAt: world.now + 1 } });
  tell?.({ type: 'access', access: { token: 'other', sessionId: 's9', issuedAt: 0, expiresAt: world.now + 9e9 } });
  expect(await session.accessToken()).toBe('access 1');
});

test('a refresh that another tab cut off for a login that failed is repeated within the grace window', async () => {
  let hang = true;
  world.service = ({ path }) => {
    if (path === '/auth/login') return over;
    return hang ? new Promise(() => {}) : tokens('1');
  };
  const [one, two] = [world.cookieSession(), world.cookieSession()];
  two.subscribe(() => {});
  await world.settle();
  const cutAt = world.now;
  expect(world.refreshes()).toHaveLength(1);
  await one.login(credentials);
  hang = false;
  await world.pass(12_000);
  expect(two.state).toBe('signed-in');
  expect(world.refreshes()[2]?.at).toBeLessThanOrEqual(cutAt + 25_000);
});

describe('while a login is under way in one tab', () => {
  const loggingIn = async (sleepMs = 0) => {
    const answer = later<Answer>();
    world.service = ({ path }) => (path === '/auth/login' ? answer.promise : tokens('1'));
    const [one, two] = [world.cookieSession(), world.cookieSession()];
    await two.accessToken();
    world.sleep(sleepMs);
    const login = one.login(credentials);
    await world.settle();
    const sent = world.refreshes().length;
    return { answer, login, two, refreshed: () => world.refreshes().length - sent };
  };

  test('the other one sends no refresh: its cookie could replace the new one', async () => {
    const { answer, login, two, refreshed } = await loggingIn(600_000);
    const token = two.accessToken();
    await world.settle();
    expect(refreshed()).toBe(0);
    answer.resolve(tokens('2', { session_id: 's2' }));
    await login;
    expect(await token).toBe('access 2');
    expect(refreshed()).toBe(0);
  });

  test('an access token that is valid still serves', async () => {
    expect(await (await loggingIn()).two.accessToken()).toBe('access 1');
  });

  test('the other one waits for 10 s at most: the tab may have been closed', async () => {
    const { two, refreshed } = await loggingIn(600_000);
    const token = two.accessToken();
    await world.pass(10_000);
    expect(refreshed()).toBe(1);
    expect(await token).toBe('access 1');
  });
});

test('localhost and 127.0.0.1 are told apart before a cookie is lost', () => {
  world.pageHost = 'localhost';
  expect(() => world.cookieSession({ baseUrl: 'http://127.0.0.1:3000' })).toThrow(/localhost.*127\.0\.0\.1/);
  world.cookieSession({ baseUrl: 'http://localhost:3000' });
  world.pageHost = 'app.example.com';
  world.cookieSession();
});

test('a listener hears each state once', async () => {
  const heard: string[] = [];
  world.service = ({ path }) => (path === '/auth/refresh' ? noCookie : path === '/auth/login' ? tokens('1') : {});
  const session = world.cookieSession({ onChange: (state) => heard.push(state) });
  await session.accessToken();
  await session.login(credentials);
  await session.logout();
  expect(heard).toEqual(['signed-out', 'signed-in', 'signed-out']);
});

test('a refusal does not apply to a cookie that another tab has replaced', async () => {
  world.service = () => (world.sent.length === 1 ? over : tokens('1'));
  const session = world.cookieSession();
  expect([await session.accessToken(), session.state]).toEqual(['access 1', 'signed-in']);
});

test('after a session has ended, a tab sends two refreshes and no more', async () => {
  world.service = () => over;
  const session = world.cookieSession();
  expect([await session.accessToken(), session.state]).toEqual([undefined, 'signed-out']);
  expect(world.refreshes()).toHaveLength(2);
});

test('a tab that opens while another one logs in sends no refresh whose late cookie replaces the new one', async () => {
  const answer = later<Answer>();
  world.service = ({ path }, signal) => {
    if (path === '/auth/login') return answer.promise;
    return new Promise((_, reject) => signal.addEventListener('abort', reject));
  };
  const login = world.cookieSession().login(credentials);
  await world.settle();
  const opened = world.cookieSession();
  const token = opened.accessToken();
  await world.settle();
  // The tab that logs in sent this one before its login.
  expect(world.refreshes()).toHaveLength(1);
  answer.resolve(tokens('new', { session_id: 's2' }));
  await login;
  expect([await token, opened.state]).toEqual(['access new', 'signed-in']);
});

test('a logout in a tab that has just opened signs the others out', async () => {
  const late = later<Answer>();
  world.service = ({ path }) => {
    if (path === '/auth/revoke') return {};
    return world.refreshes().length === 1 ? tokens('1') : late.promise;
  };
  const one = world.cookieSession();
  await one.accessToken();
  const opened = world.cookieSession();
  opened.subscribe(() => {});
  await world.settle();
  await opened.logout();
  expect([one.state, await one.accessToken(), opened.state]).toEqual(['signed-out', undefined, 'signed-out']);
});
