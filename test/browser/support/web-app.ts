import type { BrowserContext, Page } from 'playwright-core';
import { type ProxiedService, startProxied } from '../../integration/support/service.ts';
import { jsonCall } from '../../support/http-client.ts';
import { launch } from './chromium.ts';
import { forwarding, page, planting, serveSites } from './sites.ts';

const origin = 'https://app.example.com';
export const cookieName = '__Secure-pawl_rt';

/** A web app at app.example.com, the service at another host of the site, and evil.example.com beside them. */
export interface WebApp {
  readonly service: ProxiedService;
  /** Of the service, with its base path. */
  readonly baseUrl: string;
  /** A fresh browser profile with the app open. */
  open(): Promise<Tab>;
  /** What evil.example.com sets at its next visit. */
  plant(tab: Tab, ...lines: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export interface Tab {
  readonly context: BrowserContext;
  readonly page: Page;
  /** A request of the app's script, with cookies. */
  post(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Values of the refresh cookies that a request to the path would carry. */
  cookies(path: string): Promise<readonly string[]>;
}

export interface Answer {
  readonly status: number;
  readonly error: string | undefined;
  readonly sessionId: string | undefined;
}

/** @param baseUrl where browsers find the service; its path is stripped on the way, as by an API mapping */
export async function startWebApp(baseUrl: string): Promise<WebApp> {
  const service = await startProxied({ context: { allowedOrigins: origin, publicUrl: baseUrl } });
  const { hostname, pathname } = new URL(baseUrl);
  let lines: readonly string[] = [];
  const sites = await serveSites({
    'app.example.com': page,
    'evil.example.com': planting(() => lines),
    'challenge.example.com': (_request, response) => {
      response.setHeader('access-control-allow-origin', origin).setHeader('access-control-allow-credentials', 'true');
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    },
    [hostname]: forwarding(service.local.url, pathname.replace(/\/$/, '')),
  });
  const browser = await launch(sites.port);

  const open = async (): Promise<Tab> => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const tab = await context.newPage();
    await tab.goto(origin);
    const post: Tab['post'] = (path, body, headers = {}) =>
      tab.evaluate(
        async ([url, text, more]) => {
          const init = { method: 'POST', credentials: 'include', body: text } as const;
          const response = await fetch(url, { ...init, headers: { 'content-type': 'application/json', ...more } });
          const { error, session_id: sessionId } = (await response.json()) as { error?: string; session_id?: string };
          return { status: response.status, error, sessionId };
        },
        [baseUrl + path, JSON.stringify(body), headers] as const,
      );
    const cookies: Tab['cookies'] = async (path) =>
      (await context.cookies(baseUrl + path)).filter(({ name }) => name === cookieName).map(({ value }) => value);
    return { context, page: tab, post, cookies };
  };
  return {
    service,
    baseUrl,
    open,
    plant: async ({ context }, ...planted) => {
      lines = planted;
      const evil = await context.newPage();
      await evil.goto('https://evil.example.com');
      await evil.close();
    },
    stop: async () => {
      await browser.close();
      await sites.stop();
      await service.stop();
    },
  };
}

/** A genuine token of another user's session. */
export async function foreignToken(service: ProxiedService): Promise<string> {
  const { username, password } = await service.addUser();
  const call = jsonCall('/auth/login', { username, password, channel: 'cookie' }, { origin });
  const [line = ''] = (await service.send(call)).cookies;
  return /=([^;]*)/.exec(line)?.[1] ?? '';
}
