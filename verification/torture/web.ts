import type { Tab } from './tab.ts';

/** The requests of a device. */
export interface Asked {
  readonly path: string;
  readonly method: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly bearer: string | undefined;
  /** The cookie that the jar adds. */
  readonly cookie: string | undefined;
}

/** The answer of the service. */
export interface Served {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A refresh token for the cookie jar. An empty string clears the cookie. */
  readonly setCookie?: string;
  /** The tokens in the answer, for the judge. */
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly sessionId?: string;
}

export type Serve = (tab: Tab, asked: Asked) => Promise<Served>;

/** `fetch` under the device's conditions. An aborted request sets no cookie, unless its answer has already arrived. */
export function send(tab: Tab, url: string, init: RequestInit): Promise<Response> {
  const { device } = tab;
  const { serve, judge, conditions } = device.around;
  const { pathname, host } = new URL(url);
  const headers = new Headers(init.headers);
  const asked: Asked = {
    path: pathname,
    method: init.method ?? 'GET',
    body: typeof init.body === 'string' ? JSON.parse(init.body) : {},
    bearer: headers.get('authorization')?.slice('Bearer '.length),
    cookie: device.channel === 'cookie' && host.startsWith('auth.') ? device.token : undefined,
  };
  judge.sends(tab, asked);
  const isRefresh = pathname === '/auth/refresh';
  if (isRefresh) tab.refreshing += 1;
  return new Promise<Response>((resolve, reject) => {
    let open = true;
    const close = (how: () => void): void => {
      if (!open) return;
      open = false;
      if (isRefresh) tab.refreshing -= 1;
      how();
    };
    init.signal?.addEventListener('abort', () => close(() => reject(init.signal?.reason)));
    conditions.exchange({
      tab,
      asked,
      isOpen: () => open,
      reach: () => serve(tab, asked),
      arrive(served) {
        if (served.setCookie === '') device.forget();
        else if (served.setCookie !== undefined) device.store(served.setCookie);
        device.received(served);
      },
      deliver: (served) => close(() => resolve(responseOf(served))),
      fail: () => close(() => reject(new TypeError('the network failed'))),
    });
  });
}

/** Only the members that the library reads. The text of a real response takes a turn, and time jumps between turns. */
function responseOf({ status, text, headers }: Served): Response {
  const ok = status >= 200 && status < 300;
  return { ok, status, headers: { get: (name: string) => headers[name] ?? null }, text: async () => text } as Response;
}
