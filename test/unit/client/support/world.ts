import { createSession, type Session, type SessionOptions, type SessionStorage } from '../../../../client/src/index.ts';
import type { Platform } from '../../../../client/src/platform.ts';

interface Sent {
  readonly path: string;
  readonly method: string;
  readonly body: Record<string, unknown>;
  readonly token: string | undefined;
  readonly at: number;
}

export type Answer = { readonly status?: number; readonly body?: unknown; readonly headers?: Record<string, string> };

/** Answers one request; throws or never settles like a network. */
export type Service = (sent: Sent, signal: AbortSignal) => Answer | Promise<Answer>;

/** Time, network, tabs and wake events in a test's hand. */
export class World {
  now = 1_800_000_000_000;
  luck = 0.5;
  readonly sent: Sent[] = [];
  service: Service = () => ({ status: 500 });
  readonly #timers = new Set<{ readonly at: number; readonly call: () => void }>();
  readonly #tabs = new Set<{ readonly name: string; readonly receive: (message: unknown) => void }>();
  readonly #wake: ((online: boolean) => void)[] = [];
  pageHost: string | undefined;

  readonly platform: Platform = {
    fetch: async (input, init) => this.#answer(input as string | Request, init as RequestInit),
    now: () => this.now,
    random: () => this.luck,
    timer: (ms, call) => {
      const timer = { at: this.now + ms, call };
      this.#timers.add(timer);
      return () => void this.#timers.delete(timer);
    },
    onWake: (callback) => void this.#wake.push(callback),
    tabs: (name, receive) => {
      const tab = { name, receive };
      this.#tabs.add(tab);
      return (message) => {
        for (const other of this.#tabs)
          if (other !== tab && other.name === name) other.receive(structuredClone(message));
      };
    },
    pageHost: () => this.pageHost,
  };

  cookieSession(options: Partial<SessionOptions> = {}): Session {
    return createSession({ baseUrl: 'https://auth.example.com', mode: 'cookie', ...options }, this.platform);
  }

  bodySession(storage: SessionStorage): Session {
    return createSession({ baseUrl: 'https://auth.example.com/', mode: 'body', storage }, this.platform);
  }

  /** Lets everything that can happen now happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Moves time, timer by timer. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    await this.settle();
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next);
      this.now = Math.max(this.now, next.at);
      next.call();
      await this.settle();
    }
    this.now = end;
  }

  /** The device sleeps: the clock moves, no timer fires. */
  sleep(ms: number): void {
    this.now += ms;
  }

  async wake(online = false): Promise<void> {
    for (const callback of this.#wake) callback(online);
    await this.settle();
  }

  refreshes(): Sent[] {
    return this.sent.filter(({ path }) => path === '/auth/refresh');
  }

  async #answer(input: string | Request, init: RequestInit): Promise<Response> {
    const url = new URL(typeof input === 'string' ? input : input.url);
    const authorization = new Headers(init.headers).get('authorization');
    const sent: Sent = {
      path: url.pathname,
      method: init.method ?? 'GET',
      body: typeof init.body === 'string' && init.body.startsWith('{') ? JSON.parse(init.body) : {},
      token: authorization?.replace('Bearer ', ''),
      at: this.now,
    };
    this.sent.push(sent);
    const { status = 200, body, headers = {} } = await this.service(sent, init.signal as AbortSignal);
    const text = typeof body === 'string' ? body : body === undefined ? null : JSON.stringify(body);
    return new Response(text, { status, headers });
  }
}

/** A token response. */
export function tokens(name: string, more: object = {}): Answer {
  return {
    body: {
      access_token: `access ${name}`,
      expires_in: 600,
      refresh_token: `refresh ${name}`,
      session_id: 's1',
      ...more,
    },
  };
}

export const noCookie: Answer = { status: 400, body: { error: 'invalid_request', error_description: 'none' } };
export const over: Answer = { status: 400, body: { error: 'invalid_grant', error_description: 'not valid' } };

/** Settled by the test. */
export function later<T>() {
  let settle!: { resolve: (value: T) => void; reject: (error: Error) => void };
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}

export function storage(token?: string): SessionStorage & { token: string | undefined; readonly written: string[] } {
  return {
    token,
    written: [],
    async get() {
      return this.token;
    },
    async set(value) {
      this.written.push(value);
      this.token = value;
    },
    async remove() {
      this.token = undefined;
    },
  };
}
