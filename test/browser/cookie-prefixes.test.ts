import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from './support/chromium.ts';
import { planting, type Sites, serveSites } from './support/sites.ts';

/** What the browser does with the prefixes that ADR 0040 weighs. */
let sites: Sites;
let browser: Awaited<ReturnType<typeof launch>>;
let lines: readonly string[] = [];

beforeAll(async () => {
  sites = await serveSites({ 'auth.example.com': planting(() => lines), 'evil.example.com': planting(() => lines) });
  browser = await launch(sites.port);
});
afterAll(async () => {
  await browser?.close();
  await sites?.stop();
});

/** Whether a line is taken from the host, and then sent to the auth service. */
async function taken(host: string, line: string, by: 'server' | 'script' = 'server'): Promise<boolean> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  lines = by === 'server' ? [line] : [];
  await page.goto(`https://${host}/auth`);
  if (by === 'script') await page.evaluate(`document.cookie = ${JSON.stringify(line)}`);
  const cookies = await context.cookies('https://auth.example.com/auth/refresh');
  await context.close();
  return cookies.length > 0;
}

test.each([
  // __Host- and __Host-Http- demand Path=/, so the token would go to every route of the host.
  ['auth.example.com', '__Host-t=1; Secure; Path=/', true],
  ['auth.example.com', '__Host-t=1; Secure; Path=/auth', false],
  ['auth.example.com', '__Host-Http-t=1; Secure; HttpOnly; Path=/', true],
  ['auth.example.com', '__Host-Http-t=1; Secure; HttpOnly; Path=/auth', false],
  ['evil.example.com', '__Host-t=1; Secure; Path=/; Domain=example.com', false],
  ['evil.example.com', '__Host-Http-t=1; Secure; HttpOnly; Path=/; Domain=example.com', false],
  // __Secure- and __Http- do not keep a sibling's server out.
  ['auth.example.com', '__Secure-t=1; Path=/auth', false],
  ['evil.example.com', '__Secure-t=1; Secure; Path=/auth; Domain=example.com', true],
  ['auth.example.com', '__Http-t=1; Secure; HttpOnly; Path=/auth', true],
  ['auth.example.com', '__Http-t=1; Secure; Path=/auth', false],
  ['evil.example.com', '__Http-t=1; Secure; HttpOnly; Path=/auth; Domain=example.com', true],
])('%s sets %s: taken %s', async (host, line, expected) => {
  expect(await taken(host, line)).toBe(expected);
});

test.each([
  ['__Http-t=1; Secure; Path=/auth; Domain=example.com', false],
  ['__Host-Http-t=1; Secure; Path=/', false],
  ['__Secure-t=1; Secure; Path=/auth; Domain=example.com', true],
])('a script of evil.example.com sets %s: taken %s', async (line, expected) => {
  expect(await taken('evil.example.com', line, 'script')).toBe(expected);
});
