import { beforeEach, describe, expect, test } from 'vitest';
import * as body from '../../../client/src/body.ts';
import * as cookie from '../../../client/src/cookie.ts';
import { createSession, type SessionOptions } from '../../../client/src/index.ts';
import { noCookie, over, storage, World } from './support/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

/** Every entry, as a JavaScript caller reaches it: in a browser, and on a server that renders the page. */
const entries: readonly (readonly [string, (options: SessionOptions) => unknown])[] = [
  ['pawl-client, cookie', (options) => createSession({ ...options, mode: 'cookie' }, world.platform)],
  ['pawl-client, body', (options) => createSession({ ...options, mode: 'body' }, world.platform)],
  ['pawl-client on a server', (options) => createSession({ ...options, mode: 'cookie' })],
  ['pawl-client/cookie', (options) => cookie.createSession(options, world.platform)],
  ['pawl-client/body', (options) => body.createSession({ ...options, storage: storage() }, world.platform)],
];

describe.each(entries)('%s', (_, create) => {
  test.each(['localhost:8787', '/auth', 'auth.example.com', '//auth.example.com', 'ftp://a.example', 'https://', ''])(
    'refuses the baseUrl %j, and names it',
    (baseUrl) => {
      world.pageHost = 'localhost';
      expect(() => create({ baseUrl })).toThrow(new TypeError(`baseUrl ${baseUrl} is not an http(s) URL.`));
    },
  );

  test.each(['?tenant=1', '/base?', '#', '/base/#/login'])('refuses a baseUrl that ends in %s', (end) => {
    const baseUrl = `https://auth.example.com${end}`;
    expect(() => create({ baseUrl })).toThrow(new TypeError(`baseUrl ${baseUrl} is not an http(s) URL.`));
  });

  test.each([{ apiOrigins: ['api.example.com'] }, { baseUrl: 'https://a b' }])('refuses %j at once', (wrong) => {
    expect(() => create({ baseUrl: 'https://auth.example.com', ...wrong })).toThrow(/Invalid URL/);
  });

  test('refuses none', () => {
    expect(() => create({} as SessionOptions)).toThrow(TypeError);
  });

  test.each(['http://localhost:8787', 'HTTPS://auth.example.com/base/', 'https://auth.example.com/@base'])(
    'takes %s',
    (baseUrl) => {
      create({ baseUrl });
    },
  );
});

test.each(['cookies', 'Body', '', undefined])('refuses the mode %j, and names it', (mode) => {
  const options = { baseUrl: 'https://auth.example.com', mode } as unknown as Parameters<typeof createSession>[0];
  expect(() => createSession(options)).toThrow(new TypeError(`mode ${mode} is not cookie or body.`));
});

test('the account methods do not report an ended session if there was none', async () => {
  world.service = ({ path }) => (path === '/auth/login' ? over : noCookie);
  const session = world.cookieSession();
  await session.login({ username: 'demo', password: 'wrong' });
  await expect(session.sessions()).rejects.toMatchObject({ code: 'signed-out', message: 'Not signed in.' });
});
