import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startService, type TestService } from '../support/local.ts';
import { keychain, type Mobile, type Web } from './support/client-snippets.ts';
import { readPage } from './support/pages.ts';

const directory = mkdtempSync(join(tmpdir(), 'pawl-client-'));
const origin = 'https://app.example.com';
const realFetch = globalThis.fetch;
let service: TestService;
let mobile: Mobile;
let web: Web;
let SignedOut: new () => Error;

beforeAll(async () => {
  service = await startService({ context: { allowedOrigins: origin } });
  for (const { language, text } of readPage('docs/client.md').fences) {
    const [, name] = /^\/\/ (\S+)\n/.exec(text) ?? [];
    if (language === 'ts' && name !== undefined) writeFileSync(join(directory, name), text);
  }
  mobile = (await import(/* @vite-ignore */ join(directory, 'mobile.ts'))) as Mobile;
  ({ SignedOut } = (await import(/* @vite-ignore */ join(directory, 'retry.ts'))) as { SignedOut: new () => Error });
  web = (await import(/* @vite-ignore */ join(directory, 'web.ts'))) as Web;
}, 120_000);
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await service?.stop();
});

async function signedIn() {
  // Logins that follow one another at once would be told to slow down.
  service.advance(10);
  const store = keychain();
  const session = new mobile.MobileSession(service.url, store);
  expect(await session.login(service.username, service.password)).toBe(true);
  return { session, store };
}

/** Lets no refresh go out before `release`, and notes what is asked for. */
function holdRefreshes(answer: (url: string, init: RequestInit) => Promise<Response> = realFetch) {
  const asked: string[] = [];
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push(new URL(url).pathname);
    if (url.endsWith('/auth/refresh')) await released;
    return answer(url, init);
  });
  // A test that failed must not leave the session waiting for the next one.
  onTestFinished(release);
  return { asked, release };
}

const refreshOutcomes = () =>
  service.logs
    .filter(({ line }) => line.includes('"route":"refresh"'))
    .map(({ line }) => /"outcome":"(\w+)"/.exec(line)?.[1]);

describe('the mobile session of docs/client.md', () => {
  test('goes on when the access token expires, with one refresh for all who wait', async () => {
    const { session } = await signedIn();
    expect((await session.fetch('/me')).status).toBe(200);
    service.advance(601);
    const before = refreshOutcomes().length;
    const answers = await Promise.all(Array.from({ length: 5 }, () => session.fetch('/me')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(refreshOutcomes().slice(before)).toEqual(['rotated']);
  });

  test('survives a lost answer', async () => {
    const { session, store } = await signedIn();
    let lost = false;
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      const response = await realFetch(url, init);
      if (lost || !url.endsWith('/auth/refresh')) return response;
      lost = true;
      throw new TypeError('fetch failed');
    });
    const before = store.token;
    await session.refresh();
    expect(refreshOutcomes().slice(-2)).toEqual(['rotated', 'retry']);
    expect(store.token).not.toBe(before);
  });

  test('does not store the token that it sent, should it come back', async () => {
    const { session, store } = await signedIn();
    await session.refresh();
    const written: string[] = [];
    const write = store.write.bind(store);
    store.write = async (token) => {
      written.push(token);
      await write(token);
    };
    await session.refresh();
    expect(refreshOutcomes().slice(-2)).toEqual(['rotated', 'too_soon']);
    expect(written).toEqual([]);
  });

  test('stays signed in when an answer is not invalid_grant', async () => {
    const { session, store } = await signedIn();
    vi.stubGlobal('fetch', async () => Response.json({ error: 'invalid_request' }, { status: 400 }));
    await expect(session.refresh()).rejects.toThrow(RangeError);
    expect(store.token).toBeDefined();
  });

  test.each(['login', 'logout'] as const)('a %s waits for the refresh that is under way', async (name) => {
    const { session, store } = await signedIn();
    const { asked, release } = holdRefreshes();
    const refreshing = session.refresh();
    const next = name === 'login' ? session.login(service.username, service.password) : session.logout();
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    expect(asked).toEqual(['/auth/refresh']);
    service.advance(10);
    release();
    await Promise.all([refreshing, next]);
    expect(asked).toEqual(['/auth/refresh', name === 'login' ? '/auth/login' : '/auth/revoke']);
    if (name === 'logout') expect(store.token).toBeUndefined();
    // What is stored is the login's: the session before has nothing to say any more.
    else expect(await session.refresh()).toEqual(expect.any(String));
  });

  test('signs out when the session has ended, and at logout', async () => {
    const { session, store } = await signedIn();
    const other = { ...store };
    await session.logout();
    expect(store.token).toBeUndefined();
    await expect(session.refresh()).rejects.toThrow(SignedOut);
    await expect(new mobile.MobileSession(service.url, other).refresh()).rejects.toThrow(SignedOut);
    expect(other.token).toBeUndefined();
  });
});

test.each(['login', 'logout'] as const)(
  'in the web session a %s waits for the refresh that is under way',
  async (name) => {
    const { asked, release } = holdRefreshes(async () => Response.json({ access_token: 'token', expires_in: 600 }));
    const refreshing = web.refresh();
    const next = name === 'login' ? web.login('user', 'password') : web.logout();
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual(['/auth/refresh']);
    release();
    await Promise.all([refreshing, next]);
    expect(asked).toEqual(['/auth/refresh', name === 'login' ? '/auth/login' : '/auth/revoke']);
    if (name === 'login') await web.logout();
  },
);

test('the web session of docs/client.md logs in, refreshes and logs out with the cookie', async () => {
  let cookie = '';
  // What a browser does: it names the page's origin and keeps the cookie.
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    expect(init.credentials).toBe('include');
    const headers = { ...(init.headers as Record<string, string>), origin, ...(cookie === '' ? {} : { cookie }) };
    const response = await realFetch(url.replace('https://auth.example.com', service.url), { ...init, headers });
    for (const set of response.headers.getSetCookie()) cookie = set.split(';')[0] ?? '';
    return response;
  });
  service.advance(10);
  expect(await web.login(service.username, service.password)).toBe(true);
  const [first, before] = [await web.accessToken(), cookie];
  const [second, third] = await Promise.all([web.refresh(), web.refresh()]);
  expect(second).toBe(third);
  expect(second).not.toBe(first);
  expect(cookie).not.toBe(before);
  await web.logout();
  expect(cookie).toBe('__Secure-pawl_rt=');
  cookie = before;
  await expect(web.accessToken()).rejects.toThrow(SignedOut);
});
