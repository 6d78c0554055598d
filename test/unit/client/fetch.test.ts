import { Readable } from 'node:stream';
import { beforeEach, describe, expect, test } from 'vitest';
import { noCookie, over, tokens, World } from './support/world.ts';

let world: World;
/** Access tokens that the API accepts. */
let accepted: Set<string>;
beforeEach(() => {
  world = new World();
  accepted = new Set(['access 1', 'access 2', 'access 3']);
  world.service = ({ path, token }) => {
    if (path === '/auth/refresh') return tokens(String(world.refreshes().length));
    return accepted.has(token ?? '') ? { body: { ok: true } } : { status: token ? 403 : 401 };
  };
});

async function* oneChunk() {
  yield 'x';
}

const calls = () => world.sent.filter(({ path }) => path !== '/auth/refresh');

test('a path goes to baseUrl, with the access token', async () => {
  const response = await world.cookieSession().fetch('/orders', { headers: { 'x-own': '1' } });
  expect([response.status, calls()]).toMatchObject([200, [{ path: '/orders', token: 'access 1' }]]);
});

test.each([
  ['text', 'text'],
  ['parameters', new URLSearchParams('a=1')],
  ['bytes', new Uint8Array([1])],
])('after a refusal it refreshes once and repeats the call once: %s', async (_, body) => {
  accepted.delete('access 1');
  const response = await world.cookieSession().fetch('/orders', { method: 'POST', body });
  expect(response.status).toBe(200);
  expect(calls().map(({ token, method }) => [token, method])).toEqual([
    ['access 1', 'POST'],
    ['access 2', 'POST'],
  ]);
});

test('a Request is repeated with its body', async () => {
  accepted.delete('access 1');
  const request = new Request('https://auth.example.com/orders', { method: 'PUT', body: 'order' });
  expect((await world.cookieSession().fetch(request)).status).toBe(200);
  expect(calls()).toHaveLength(2);
});

/** As in a runtime that cannot iterate over a stream. */
const withoutIterator = (stream: ReadableStream) =>
  Object.defineProperty(stream, Symbol.asyncIterator, { value: undefined });

test.each([
  ['a stream', () => withoutIterator(new Blob(['x']).stream())],
  ["a stream of Node's", () => Readable.from(['x'])],
  ['an async generator', () => oneChunk()],
])('%s is sent once, and the refusal is handed on', async (_, body) => {
  accepted.delete('access 1');
  const init = { method: 'POST', body: body(), duplex: 'half' } as unknown as RequestInit;
  expect((await world.cookieSession().fetch('/orders', init)).status).toBe(403);
  expect(calls()).toHaveLength(1);
});

test('a second refusal is handed on, and later ones do not refresh again', async () => {
  accepted.clear();
  const session = world.cookieSession();
  expect((await session.fetch('/admin')).status).toBe(403);
  expect((await session.fetch('/admin')).status).toBe(403);
  expect(world.refreshes()).toHaveLength(2);
});

test('calls that are refused at once share one refresh', async () => {
  const session = world.cookieSession();
  await session.accessToken();
  accepted.delete('access 1');
  const all = await Promise.all(Array.from({ length: 20 }, () => session.fetch('/orders')));
  expect(all.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(world.refreshes()).toHaveLength(2);
});

test('the access token goes to no foreign origin', async () => {
  const session = world.cookieSession({ apiOrigins: ['https://api.example.com'] });
  for (const url of ['https://evil.example', 'https://auth.example.com.evil.example/x', 'http://auth.example.com']) {
    await expect(session.fetch(url)).rejects.toThrow(TypeError);
  }
  expect(calls()).toEqual([]);
  expect((await session.fetch(new URL('https://api.example.com/orders'))).status).toBe(200);
});

test('signed out, a call goes without a token and its answer is handed on', async () => {
  world.service = ({ path }) => (path === '/auth/refresh' ? noCookie : { status: 401 });
  expect((await world.cookieSession().fetch('/orders')).status).toBe(401);
  expect(calls()).toMatchObject([{ token: undefined }]);
});

describe('the account', () => {
  test('lists devices', async () => {
    const item = { session_id: 's1', client_id: 'default', created_at: 10, last_used_at: 20, current: true };
    world.service = ({ path }) => (path === '/auth/refresh' ? tokens('1') : { body: { sessions: [item] } });
    expect(await world.cookieSession().sessions()).toMatchObject([
      { sessionId: 's1', createdAt: 10_000, lastUsedAt: 20_000, current: true },
    ]);
  });

  test.each([
    [{ body: {} }, { outcome: 'changed' }],
    [{ status: 400, body: { error: 'access_denied' } }, { outcome: 'wrong-password' }],
    [
      { status: 400, body: { error: 'invalid_request', error_description: 'too short' } },
      { outcome: 'not-accepted', description: 'too short' },
    ],
    [
      { status: 429, headers: { 'retry-after': '3' } },
      { outcome: 'slow-down', retryAfterSeconds: 3 },
    ],
    [{ status: 503 }, { outcome: 'unavailable' }],
  ])('changes the password: %j', async (answer, outcome) => {
    world.service = ({ path }) => (path === '/auth/refresh' ? tokens('1') : answer);
    const change = { currentPassword: 'old', newPassword: 'new' };
    expect(await world.cookieSession().changePassword(change)).toEqual(outcome);
  });

  test('takes over the tokens of a change', async () => {
    world.service = ({ path }) => tokens(path === '/auth/refresh' ? '1' : 'changed');
    const session = world.cookieSession();
    await session.changeEmail({ currentPassword: 'old', email: 'a@example.com' });
    expect(await session.accessToken()).toBe('access changed');
  });

  test('cuts the refresh in flight off: its token has ended, but the session has not', async () => {
    let late: (answer: object) => void = () => {};
    world.service = ({ path }) => {
      if (path !== '/auth/refresh') return tokens('changed');
      return world.refreshes().length === 1 ? tokens('1') : new Promise((resolve) => (late = resolve));
    };
    const session = world.cookieSession();
    await session.accessToken();
    await world.pass(496_000);
    expect(world.refreshes()).toHaveLength(2);
    await session.changePassword({ currentPassword: 'old', newPassword: 'new' });
    late(over);
    await world.settle();
    expect([session.state, await session.accessToken()]).toEqual(['signed-in', 'access changed']);
  });

  test('ends this session and all sessions', async () => {
    world.service = ({ path }) =>
      path === '/auth/refresh' ? tokens('1') : { status: path === '/auth/revoke-all' ? 200 : 204 };
    const session = world.cookieSession();
    await session.accessToken();
    await session.endSession('s2');
    expect(session.state).toBe('signed-in');
    await session.logoutEverywhere({ keepCurrent: true, currentPassword: 'old' });
    expect(session.state).toBe('signed-in');
    await session.logoutEverywhere();
    expect([session.state, await session.accessToken()]).toEqual(['signed-out', undefined]);
  });

  test('an id is one segment of the path', async () => {
    world.service = ({ path }) => (path === '/auth/refresh' ? tokens('1') : { status: 204 });
    await world.cookieSession().endSession('../../orders/7?a');
    expect(calls()).toMatchObject([{ path: '/auth/sessions/..%2F..%2Forders%2F7%3Fa' }]);
  });

  test('a login that is not recent needs the password, and does not sign the user out', async () => {
    const old = { status: 401, body: { error: 'insufficient_user_authentication' } };
    world.service = ({ path, body }) =>
      path === '/auth/refresh' ? tokens('1') : body.current_password === undefined ? old : { body: {} };
    const session = world.cookieSession();
    await expect(session.logoutEverywhere({ keepCurrent: true })).rejects.toMatchObject({ code: 'password-needed' });
    await expect(session.endSession('s2')).rejects.toMatchObject({ code: 'password-needed' });
    expect([session.state, world.refreshes().length]).toEqual(['signed-in', 1]);
    await session.endSession('s2', { currentPassword: 'old' });
    await session.logoutEverywhere({ keepCurrent: true, currentPassword: 'old' });
  });

  test('rejects when it is not confirmed, and when the session is over', async () => {
    world.service = ({ path }) => (path === '/auth/refresh' ? tokens('1') : { status: 503 });
    const session = world.cookieSession();
    await expect(session.logoutEverywhere()).rejects.toMatchObject({ code: 'unreachable' });
    expect(session.state).toBe('signed-in');
    world.service = ({ path }) => (path === '/auth/refresh' ? over : { status: 401 });
    await expect(session.sessions()).rejects.toMatchObject({ code: 'signed-out' });
  });
});
