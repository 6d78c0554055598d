import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Pages } from '../../local/gateway/gateway.ts';
import { playgroundPages, playgroundSettings } from '../../local/playground/pages.ts';
import { startService, type TestService } from '../support/local.ts';
import { launch } from './support/chromium.ts';

const screenshots = join(import.meta.dirname, 'screenshots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let service: TestService;
let browser: Browser;
/** Those of the user whose test runs. */
let pages: Pages;
let users = 0;

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  service = await startService({ name: 'localhost', countTableCalls: true });
  service.openPages((incoming, outgoing) => pages(incoming, outgoing));
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

type Look = { readonly width: number; readonly colorScheme: 'light' | 'dark' };

async function open({ width, colorScheme }: Look): Promise<Page> {
  // A run of its own: the demo user's password and the clock are as at the start.
  users += 1;
  const username = `demo-${users}`;
  service.advance(60);
  const password = 'correct horse battery playground';
  await service.addUser(username, password);
  const user = { username, password };
  pages = await playgroundPages(playgroundSettings(service, user), service);
  const context = await browser.newContext({ viewport: { width, height: 850 }, colorScheme, reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // Refusals are part of the story; a violated content security policy is not.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  onTestFinished(() => expect(faults).toEqual([]));
  await page.goto(service.url);
  await page.locator('#verdict', { hasText: 'Log in to begin' }).waitFor();
  return page;
}

/** Presses a button and returns what the page says then. */
async function press(page: Page, id: string): Promise<string> {
  await page.locator(`#do-${id}`).click();
  return verdict(page);
}

async function verdict(page: Page): Promise<string> {
  await page.locator('main[aria-busy="false"]').waitFor();
  return (await page.locator('#verdict').textContent()) ?? '';
}

async function logIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  expect(await verdict(page)).toMatch(/^Signed in/);
}

/** What axe-core finds wrong with the page as it is now. */
async function violations(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger, to which the page's content security policy does not apply.
  await page.evaluate(axe);
  const found = await page.evaluate<readonly { id: string; nodes: readonly { html: string }[] }[]>(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => ({ html })) })))',
  );
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

const looks: readonly Look[] = [390, 1280].flatMap((width) => [
  { width, colorScheme: 'light' },
  { width, colorScheme: 'dark' },
]);

test.each(looks)(
  'the whole tour at $width px, $colorScheme: each step tells the truth, axe has no complaint',
  async (look) => {
    const page = await open(look);
    const faults: string[] = [];
    const inspect = async (name: string): Promise<void> => {
      await page.screenshot({ path: join(screenshots, `${name}-${look.width}-${look.colorScheme}.png`) });
      faults.push(...(await violations(page)).map((violation) => `${name}: ${violation}`));
    };
    await inspect('first');
    await logIn(page);
    await inspect('login');
    expect(await page.locator('.ring text').allTextContents()).toEqual([
      expect.stringMatching(/^(10:00|9:5\d)$/),
      '14 d',
    ]);

    expect(await press(page, 'me')).toMatch(/^No\. The authorizer verified the signature/);
    expect(await page.locator('#cost').textContent()).toBe('Cost: 1 request, 0 table calls');
    expect(await press(page, 'refresh')).toMatch(/used once and replaced/);
    expect(await page.locator('#cost').textContent()).toBe('Cost: 1 request, 2 table calls');
    expect(await press(page, 'lose')).toMatch(/^No\. The app sent the same token again/);
    expect(await press(page, 'tabs')).toMatch(/^Both\./);
    expect(await press(page, 'device')).toMatch(/^Yes\. Each has its own refresh token/);
    expect(await page.locator('#device-list li').count()).toBe(2);
    await page.locator('#devices').scrollIntoViewIfNeeded();
    await inspect('devices');

    expect(await press(page, 'steal')).toMatch(/^The copy is identical to the original/);
    expect(await press(page, 'within')).toMatch(/^No\. Within 30 s a copy looks like a retry/);
    expect(await press(page, 'thief-me')).toMatch(/^Until it expires/);
    expect(await press(page, 'after')).toMatch(/^At its first use/);
    await inspect('theft');
    expect(await page.locator('#state').textContent()).toBe('Signed in');
    expect(await press(page, 'refresh')).toMatch(/^The session has ended/);
    expect(await page.locator('#state').textContent()).toBe('Signed out');
    await inspect('over');

    service.advance(60);
    await logIn(page);
    expect(await press(page, 'password')).toMatch(/^One write ended every other session/);
    expect(await press(page, 'everywhere')).toMatch(/^Yes: one write invalidates every session/);
    await page.screenshot({ path: join(screenshots, `end-${look.width}-${look.colorScheme}.png`), fullPage: true });
    expect(faults).toEqual([]);
  },
);

test('the keyboard alone gets through, and its focus is never lost', async () => {
  const page = await open({ width: 1280, colorScheme: 'light' });
  const focused = () => page.evaluate<string>('document.activeElement.id');
  await page.locator('[name=password]').focus();
  await page.keyboard.press('Enter');
  expect(await verdict(page)).toMatch(/^Signed in/);
  await expect.poll(focused).toBe('try-title');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('do-refresh');
  await page.keyboard.press('Enter');
  expect(await verdict(page)).toMatch(/used once and replaced/);
  expect(await focused()).toBe('do-refresh');
  expect(await page.locator('#do-refresh').getAttribute('aria-describedby')).toBe('why-refresh');
});

test('the timeline stays in sight beside the last button, and the outcome above it on a phone', async () => {
  for (const [width, id] of [
    [1280, '#timeline'],
    [390, '#verdict'],
  ] as const) {
    const page = await open({ width, colorScheme: 'light' });
    await logIn(page);
    await page.locator('#do-everywhere').scrollIntoViewIfNeeded();
    const box = await page.locator(id).boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeLessThan(400);
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
  }
});
