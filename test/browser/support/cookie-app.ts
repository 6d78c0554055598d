import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { Session } from '../../../client/src/index.ts';
import { startService, type TestService } from '../../support/local.ts';
import { launch } from './chromium.ts';
import { NetworkFaults } from './network-faults.ts';

/** A page's global scope. */
declare global {
  var createSession: typeof import('../../../client/src/index.ts').createSession;
  var session: Session;
}

/** No server is there: the browser gets the page from the test. */
export const origin = 'http://localhost:5173';

export interface CookieApp {
  readonly service: TestService;
  readonly faults: NetworkFaults;
  /** A browser with a cookie jar of its own; its pages show the app. */
  device(): Promise<BrowserContext>;
  /** Lets time pass for the service and for these pages, as when a laptop sleeps: a timer fires once at most. */
  pass(seconds: number, ...pages: readonly Page[]): Promise<void>;
  login(page: Page): Promise<void>;
  /** The outcomes of the refreshes that came meanwhile. */
  outcomesOf(work: () => Promise<unknown>): Promise<readonly (string | undefined)[]>;
}

/** The real service, and a web app on another origin that uses `pawl-client` in cookie mode under a strict CSP. */
export function cookieAppForFile(): CookieApp {
  const app = {} as { -readonly [Key in keyof CookieApp]: CookieApp[Key] };
  let browser: Browser;
  let script = '';
  beforeAll(async () => {
    const contents =
      "export * from './client/src/index.ts'; import * as all from './client/src/index.ts'; Object.assign(globalThis, all);";
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: join(import.meta.dirname, '../../..') },
      bundle: true,
      write: false,
      format: 'esm',
    });
    script = outputFiles[0]?.text ?? '';
    app.service = await startService({ context: { allowedOrigins: origin }, name: 'localhost' });
    app.faults = new NetworkFaults();
    app.service.openPages(app.faults.pages);
    browser = await launch();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await app.service?.stop();
  }, 60_000);

  app.device = async () => {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    await context.clock.install();
    const policy = `default-src 'none'; script-src 'self'; connect-src ${app.service.url}`;
    await context.route(/^http:\/\/(localhost|127\.0\.0\.1):5173\//, (route) =>
      route.request().url().endsWith('/app.js')
        ? route.fulfill({ contentType: 'text/javascript', body: script })
        : route.fulfill({
            contentType: 'text/html',
            headers: { 'content-security-policy': policy },
            body: '<!doctype html><title>App</title><link rel="icon" href="data:,"><script type="module" src="/app.js"></script>',
          }),
    );
    return context;
  };
  app.pass = async (seconds, ...pages) => {
    app.service.advance(seconds);
    // All tabs of a device have one clock.
    for (const context of new Set(pages.map((page) => page.context())))
      await context.clock.fastForward(seconds * 1_000);
  };
  app.login = async (page) => {
    // Logins that follow one another at once would be told to slow down.
    app.service.advance(60);
    const { username, password } = app.service;
    const result = await page.evaluate((request) => session.login(request), { username, password });
    expect(result).toMatchObject({ outcome: 'signed-in' });
  };
  app.outcomesOf = async (work) => {
    const seen = app.service.logs.length;
    await work();
    const lines = app.service.logs.slice(seen).filter(({ line }) => line.includes('"route":"refresh"'));
    return lines.map(({ line }) => /"outcome":"(\w+)"/.exec(line)?.[1]);
  };
  return app;
}

/** Opens a tab, with a session that has asked the service once. */
export async function openTab(device: BrowserContext, baseUrl: string): Promise<Page> {
  const page = await device.newPage();
  await page.goto(origin);
  await begin(page, baseUrl);
  return page;
}

/** What the app does at its start, also after a reload. */
export async function begin(page: Page, baseUrl: string): Promise<void> {
  await page.evaluate((url) => {
    globalThis.session = createSession({ baseUrl: url, mode: 'cookie' });
  }, baseUrl);
}

/** Ends once the session is in this state. */
export const untilState = async (page: Page, state: Session['state']): Promise<void> => {
  await page.waitForFunction((wanted) => session.ready && session.state === wanted, state);
};

/** `token` while signed in, nothing when signed out, else the error's code. */
export const accessToken = (page: Page): Promise<string | undefined> =>
  page.evaluate(() =>
    session.accessToken().then(
      (token) => token && 'token',
      ({ code }) => String(code),
    ),
  );

/** The same without a network: the client's pauses are skipped. Online, a skipped clock would look like a timeout. */
export async function accessTokenOffline(page: Page): Promise<string | undefined> {
  let settled = false;
  const pending = accessToken(page).finally(() => {
    settled = true;
  });
  while (!settled) await Promise.race([pending, page.clock.fastForward(1_500)]);
  return pending;
}
