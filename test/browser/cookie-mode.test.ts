import { expect, test } from 'vitest';
import {
  accessToken,
  accessTokenOffline,
  begin,
  cookieAppForFile,
  openTab,
  origin,
  untilState,
} from './support/cookie-app.ts';

const app = cookieAppForFile();
const { device, login, pass, outcomesOf } = app;

async function signedIn() {
  const context = await device();
  const page = await openTab(context, app.service.url);
  await login(page);
  return { context, page };
}

test('a first visit is signed out, without an exception', async () => {
  const page = await openTab(await device(), app.service.url);
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  expect(await accessToken(page)).toBeUndefined();
  await untilState(page, 'signed-out');
  expect(errors).toEqual([]);
});

test('the cookie is accepted over http on localhost, out of the reach of scripts', async () => {
  const { context, page } = await signedIn();
  const [cookie] = (await context.cookies(`${app.service.url}/auth/refresh`)).filter(({ name }) => /pawl/.test(name));
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict' });
  expect(await page.evaluate('document.cookie')).toBe('');
  await page.reload();
  await begin(page, app.service.url);
  expect(await accessToken(page)).toBe('token');
});

test('two names of this machine are told apart before the cookie is lost', async () => {
  const page = await (await device()).newPage();
  await page.goto(origin.replace('localhost', '127.0.0.1'));
  await expect(begin(page, app.service.url)).rejects.toThrow(/use 127\.0\.0\.1, as the page does, not localhost/);
});

test('two tabs that refresh at once both go on, and the cookie works afterwards', async () => {
  const { context, page } = await signedIn();
  const other = await openTab(context, app.service.url);
  expect(await accessToken(other)).toBe('token');
  app.service.advance(60);
  const [first, second] = [app.faults.hold('/auth/refresh'), app.faults.hold('/auth/refresh')];
  const outcomes = await outcomesOf(async () => {
    await pass(601, page, other);
    // Neither has its answer when the other one asks.
    await Promise.all([first.arrived, second.arrived]);
    second.release();
    first.release();
    await Promise.all([page, other].map(async (tab) => expect(await accessToken(tab)).toBe('token')));
  });
  expect(outcomes).toContain('rotated');
  expect(outcomes.filter((outcome) => outcome === 'retry')).toHaveLength(1);
  await pass(601, page, other);
  expect([await accessToken(page), await accessToken(other)]).toEqual(['token', 'token']);
});

test('a laptop that has slept for a night refreshes once and goes on', async () => {
  const { page } = await signedIn();
  const outcomes = await outcomesOf(async () => {
    await pass(8 * 3_600, page);
    expect(await page.evaluate(async () => (await session.fetch('/me')).status)).toBe(200);
  });
  expect(outcomes).toEqual(['rotated']);
});

test('offline is not signed out, and the session comes back with the network', async () => {
  const { context, page } = await signedIn();
  await context.setOffline(true);
  await pass(601, page);
  expect(await accessTokenOffline(page)).toBe('unreachable');
  await untilState(page, 'unreachable');
  await context.setOffline(false);
  await untilState(page, 'signed-in');
  expect(await accessToken(page)).toBe('token');
});

test('an offline cold start keeps the session', async () => {
  const { context, page } = await signedIn();
  await context.setOffline(true);
  await page.reload();
  await begin(page, app.service.url);
  expect(await accessTokenOffline(page)).toBe('unreachable');
  await untilState(page, 'unreachable');
  await context.setOffline(false);
  await untilState(page, 'signed-in');
});

test('a lost response is asked for again, and gets the same successor', async () => {
  const { page } = await signedIn();
  app.faults.lose('/auth/refresh');
  const outcomes = await outcomesOf(async () => {
    await pass(601, page);
    expect(await accessToken(page)).toBe('token');
  });
  expect(outcomes).toEqual(['rotated', 'retry']);
  await pass(601, page);
  expect(await accessToken(page)).toBe('token');
});

test('an answer that comes after the next login is dropped, its cookie too', async () => {
  const { page } = await signedIn();
  const late = app.faults.hold('/auth/refresh');
  await pass(601, page);
  await late.arrived;
  await login(page);
  late.release();
  await pass(601, page);
  expect(await accessToken(page)).toBe('token');
  await untilState(page, 'signed-in');
});

test('a logout that is answered 503 rejects and leaves the session as it is', async () => {
  const { page } = await signedIn();
  const logout = () =>
    page.evaluate(() =>
      session.logout().then(
        () => 'done',
        ({ code }) => String(code),
      ),
    );
  app.faults.answer('/auth/revoke', 503);
  expect(await logout()).toBe('unreachable');
  await untilState(page, 'signed-in');
  expect(await logout()).toBe('done');
  await page.reload();
  await begin(page, app.service.url);
  expect(await accessToken(page)).toBeUndefined();
  await untilState(page, 'signed-out');
});

test('a copied cookie ends the session when it is used after the grace window', async () => {
  const { context, page } = await signedIn();
  const [stolen] = (await context.cookies(`${app.service.url}/auth/refresh`)).filter(({ name }) => /pawl/.test(name));
  await pass(601, page);
  expect(await accessToken(page)).toBe('token');
  await pass(60, page);
  const thief = await fetch(`${app.service.url}/auth/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, cookie: `${stolen?.name}=${stolen?.value}` },
    body: '{"grant_type":"refresh_token"}',
  });
  expect(await thief.json()).toMatchObject({ error: 'invalid_grant' });
  await pass(601, page);
  expect(await accessToken(page)).toBeUndefined();
  await untilState(page, 'signed-out');
});

test('a logout everywhere reaches the other device at its next refresh', async () => {
  const { page: one } = await signedIn();
  const { page: two } = await signedIn();
  await one.evaluate(() => session.logoutEverywhere());
  await untilState(one, 'signed-out');
  expect(await accessToken(two)).toBe('token');
  await pass(601, two);
  expect(await accessToken(two)).toBeUndefined();
  await untilState(two, 'signed-out');
});

test('a login in one tab wins over the refresh of another, and both tabs have it', async () => {
  const { context, page } = await signedIn();
  const other = await openTab(context, app.service.url);
  expect(await accessToken(other)).toBe('token');
  const late = app.faults.hold('/auth/refresh');
  await pass(601, other);
  await late.arrived;
  await login(page);
  late.release();
  const sessionOf = (tab: typeof page) =>
    tab.evaluate(async () => JSON.parse(atob((await session.accessToken())?.split('.')[1] ?? '')).sid as string);
  expect(await sessionOf(other)).toBe(await sessionOf(page));
  await pass(601, page, other);
  expect([await accessToken(page), await accessToken(other)]).toEqual(['token', 'token']);
});
