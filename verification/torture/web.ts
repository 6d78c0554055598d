import type { Tab } from './tab.ts';

/** The requests of a device. */
export interface Asked {
  readonly path: string;
  readonly method: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly bearer: string | undefined;
  /** What the cookie jar added. */
  readonly cookie: string | undefined;
}

/** What the service answered. */
export interface Served {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A refresh token for the cookie jar; empty: the cookie is cleared. */
  readonly setCookie?: string;
  /** The tokens that it carries, for the judge. */
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly sessionId?: string;
}

export type Serve = (tab: Tab, asked: Asked) => Promise<Served>;

/** Maximum time from the browser receiving a response, cookies included, until the page gets it. */
const pageMs = 20;

/** `fetch` over a network that loses and delays. A request that is given up sets no cookie, unless its answer is there already. */
export function send(tab: Tab, url: string, init: RequestInit): Promise<Response> {
  const { device } = tab;
  const { sim, serve, judge } = device.around;
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
    const fail = () => close(() => reject(new TypeError('the network failed')));
    if (device.offline) return void tab.later(1, fail);
    const { rng, harm } = device;
    const [toServer, back, toPage] = [rng.between(2, 80), rng.between(2, 80), rng.between(0, pageMs)];
    const lost = { request: rng.chance(harm / 3), answer: rng.chance(harm / 3), noticed: rng.chance(0.3) };
    if (isRefresh && device.losesRefresh()) Object.assign(lost, { answer: true, noticed: false });
    const vanish = () => lost.noticed && tab.later(back, fail);
    const arrive = (served: Served): void => {
      if (!open) return;
      if (served.setCookie === '') device.forget();
      else if (served.setCookie !== undefined) device.store(served.setCookie);
      device.received(served);
      tab.later(toPage, () => close(() => resolve(responseOf(served))));
    };
    sim.after(toServer, () => {
      if (lost.request) return vanish();
      // The service continues, whatever happens to the app.
      serve(tab, asked).then((served) => (lost.answer ? vanish() : tab.later(back, () => arrive(served))));
    });
  });
}

/** Only what the library reads of it: the text of a real one takes a turn of the event loop, and time jumps between turns. */
function responseOf({ status, text, headers }: Served): Response {
  const ok = status >= 200 && status < 300;
  return { ok, status, headers: { get: (name: string) => headers[name] ?? null }, text: async () => text } as Response;
}
