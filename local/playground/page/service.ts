import type { Lane, Timeline } from './timeline.ts';
import { nameOfToken } from './tokens.ts';

/** Additional data from the local service for the page. */
export interface Settings {
  readonly username: string;
  /** Undefined if an earlier run created the demo user. */
  readonly password: string | undefined;
  readonly accessTokenTtlSeconds: number;
  readonly refreshIdleTtlSeconds: number;
  readonly graceSeconds: number;
  /** How far the service's clock is ahead. */
  readonly aheadSeconds: number;
}

export async function loadSettings(): Promise<Settings> {
  const response = await fetch('/playground/settings.json');
  if (!response.ok) throw new Error(`The playground's settings cannot be loaded: ${response.status}.`);
  const settings: Settings = await response.json();
  skewMs = settings.aheadSeconds * 1_000;
  return settings;
}

/** How far the page's clock is ahead of this device's, in milliseconds. It moves together with the service's clock. */
let skewMs = 0;

export const now = (): number => Date.now() + skewMs;

/** Moves the clocks of the service and of the page. */
export async function advance(seconds: number): Promise<void> {
  const response = await fetch('/playground/advance', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ seconds }),
  });
  if (!response.ok) throw new Error(`The service's clock cannot be moved: ${response.status}.`);
  skewMs += seconds * 1_000;
}

/** The traced requests and their table operations so far. */
export const cost = { requests: 0, tableCalls: 0 };

const spoken: Readonly<Record<string, string>> = {
  '/auth/login': 'log in: username, password',
  '/auth/refresh': 'refresh',
  '/auth/revoke': 'log out',
  '/auth/revoke-all': 'log out everywhere',
  '/auth/sessions': 'list devices',
  '/auth/password': 'change password',
  '/me': 'GET /me, access token',
};

/** A `fetch` that draws its requests. `loseNext` tells whether to drop the next response. */
export function tracedFetch(lane: Lane, timeline: Timeline, loseNext: () => boolean = () => false): typeof fetch {
  return async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input), location.href);
    const sent = typeof init?.body === 'string' ? JSON.parse(init.body) : {};
    const what = spoken[pathname] ?? `${init?.method ?? 'GET'} ${pathname}`;
    const token = sent.refresh_token ?? sent.token;
    timeline.arrow(lane, 'service', pathname !== '/auth/login' && token ? `${what}, ${nameOfToken(token)}` : what);
    const response = await fetch(input, init);
    const calls = response.headers.get('x-table-calls')?.split(', ').filter(Boolean) ?? [];
    cost.requests += 1;
    cost.tableCalls += calls.length;
    if (calls.length > 0) timeline.calls(calls);
    const answer = await describe(response.clone());
    if (loseNext()) {
      timeline.arrow('service', lane, answer, 'lost', lane);
      throw new TypeError('The response is lost.');
    }
    timeline.arrow('service', lane, answer, 'answer', lane);
    return response;
  };
}

async function describe(response: Response): Promise<string> {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) return `${response.status} ${body.error ?? body.message ?? ''}`;
  if (body.refresh_token) return `${response.status}, ${nameOfToken(body.refresh_token)}, access token`;
  return `${response.status}`;
}
