import { createSession, type Session } from '../../../client/src/index.ts';
import { systemPlatform } from '../../../client/src/platform.ts';
import { now, tracedFetch } from './service.ts';
import type { Lane, Timeline } from './timeline.ts';
import { nameOfToken } from './tokens.ts';

/** A login of the demo user on one device, with `pawl-client`, as in an app. */
export class Device {
  readonly session: Session;
  /** In a web app, this would be in a cookie. */
  refreshToken: string | undefined;
  accessToken: string | undefined;
  /** When the refresh token was last replaced, epoch milliseconds. */
  usedAt = 0;
  loseNext = false;
  #quiet = false;
  readonly #another: () => Session;

  constructor(lane: Lane, timeline: Timeline, onChange: () => void) {
    const traced = tracedFetch(lane, timeline, () => {
      const lost = this.loseNext;
      this.loseNext = false;
      return lost;
    });
    const storage = {
      get: async () => this.refreshToken,
      set: async (token: string) => {
        this.refreshToken = token;
        this.usedAt = now();
        onChange();
      },
      remove: async () => {
        this.refreshToken = undefined;
        onChange();
      },
    };
    const platform = {
      ...systemPlatform,
      now,
      fetch: async (input: string | URL | Request, init?: RequestInit) => {
        const response = await (this.#quiet ? fetch : traced)(input, init);
        const body = await response
          .clone()
          .json()
          .catch(() => ({}));
        if (body.access_token) this.accessToken = body.access_token;
        return response;
      },
      // Nothing happens automatically: each step is a button.
      timer: (ms: number, callback: () => void, background?: boolean) =>
        background ? () => {} : systemPlatform.timer(ms, callback),
      onWake: () => {},
    };
    this.#another = () => createSession({ baseUrl: location.origin, mode: 'body', storage, onChange }, platform);
    this.session = this.#another();
  }

  /** A second tab of the same browser: it shares the stored token, and nothing else. */
  secondTab(): { readonly session: Session } {
    return { session: this.#another() };
  }

  /** Requests of the page itself, which are not part of the story. */
  async quietly<T>(work: () => Promise<T>): Promise<T> {
    this.#quiet = true;
    try {
      return await work();
    } finally {
      this.#quiet = false;
    }
  }
}

/** Holds a copy of a refresh token and sends plain requests, without a client library. */
export class Thief {
  refreshToken: string | undefined;
  accessToken: string | undefined;
  readonly #timeline: Timeline;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  steal(token: string): void {
    this.refreshToken = token;
    this.accessToken = undefined;
    this.#timeline.note(`The thief copies ${nameOfToken(token)}`, 'bad');
  }

  /** Resolves to whether the service accepted it. */
  async refresh(): Promise<boolean> {
    const body = JSON.stringify({ grant_type: 'refresh_token', refresh_token: this.refreshToken });
    const headers = { 'content-type': 'application/json' };
    const send = tracedFetch('thief', this.#timeline);
    const response = await send('/auth/refresh', { method: 'POST', headers, body });
    if (!response.ok) return false;
    const answer = await response.json();
    this.refreshToken = answer.refresh_token;
    this.accessToken = answer.access_token;
    return true;
  }

  async me(): Promise<number> {
    const send = tracedFetch('thief', this.#timeline);
    const response = await send('/me', { headers: { authorization: `Bearer ${this.accessToken}` } });
    return response.status;
  }
}
