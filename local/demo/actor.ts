import type { LocalService } from '../service.ts';
import { type Answer, type Call, HttpClient } from './http.ts';
import { type Page, StoryError, shorten } from './page.ts';

const HANDLED_TIMEOUT_MS = 15_000;

/** The two tokens of a response. */
export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

/** A participant that sends requests. The page shows each request with its status. */
export class Actor {
  readonly #page: Page;
  readonly #service: LocalService;
  readonly #client: HttpClient;

  constructor(page: Page, service: LocalService) {
    this.#page = page;
    this.#service = service;
    this.#client = new HttpClient(service.url);
  }

  async login(username: string, password: string): Promise<Tokens> {
    const call: Call = { method: 'POST', path: '/auth/login', json: { username, password } };
    return tokensOf(await this.#show(`POST /auth/login   ${username}`, call), call);
  }

  /** @returns the status */
  async me(access: string | undefined, about = ''): Promise<number> {
    const shown = access === undefined ? 'without a token' : `${shorten(access)}${about && `  (${about})`}`;
    const call: Call = { method: 'GET', path: '/me', ...(access === undefined ? {} : { bearer: access }) };
    return (await this.#show(`GET  /me           ${shown}`, call)).status;
  }

  refresh(token: string, who = ''): Promise<Answer> {
    return this.#show(`POST /auth/refresh ${shorten(token)}${who && `  (${who})`}`, refreshCall(token));
  }

  async refreshed(token: string): Promise<Tokens> {
    return tokensOf(await this.refresh(token), refreshCall(token));
  }

  /** Sends many requests concurrently, shown as one line. */
  async refreshAtOnce(count: number, token: string): Promise<readonly Answer[]> {
    const answers = await Promise.all(Array.from({ length: count }, () => this.#client.send(refreshCall(token))));
    const statuses = [...new Set(answers.map(({ status }) => status))].join(', ');
    this.#page.exchange(`${count} x POST /auth/refresh ${shorten(token)}`, statuses);
    return answers;
  }

  /** @returns how many bytes of the response the client read */
  async refreshAndLoseAnswer(token: string): Promise<number> {
    const before = this.outcomes('refresh').length;
    const read = await this.#client.sendAndLose(refreshCall(token), () => this.#handled(before));
    this.#page.exchange(`POST /auth/refresh ${shorten(token)}`, 'never read');
    return read;
  }

  async revoke(token: string): Promise<number> {
    return (
      await this.#show(`POST /auth/revoke  ${shorten(token)}`, {
        method: 'POST',
        path: '/auth/revoke',
        form: { token },
      })
    ).status;
  }

  /** The service's log lines for a route so far, in order. */
  outcomes(route: string): readonly { outcome: string; reason?: string }[] {
    return this.#service.logs.flatMap(({ line }) => {
      if (!line.startsWith('{')) return [];
      const entry = JSON.parse(line) as { route?: string; outcome: string; reason?: string };
      return entry.route === route ? [entry] : [];
    });
  }

  /** Moves the service's clock. */
  later(seconds: number, why: string): void {
    this.#service.advance(seconds);
    this.#page.note(`the service's clock moves ${seconds} s forward: ${why}`);
  }

  close(): void {
    this.#client.close();
  }

  async #show(text: string, call: Call): Promise<Answer> {
    const answer = await this.#client.send(call);
    const { error } = answer.body;
    this.#page.exchange(text, error === undefined ? answer.status : `${answer.status} ${String(error)}`);
    return answer;
  }

  async #handled(before: number): Promise<void> {
    const deadline = Date.now() + HANDLED_TIMEOUT_MS;
    while (this.outcomes('refresh').length === before) {
      if (Date.now() > deadline) throw new StoryError('the service did not handle the refresh in time');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

function refreshCall(token: string): Call {
  return { method: 'POST', path: '/auth/refresh', form: { grant_type: 'refresh_token', refresh_token: token } };
}

function tokensOf({ status, body }: Answer, call: Call): Tokens {
  const { access_token: access, refresh_token: refresh } = body;
  if (status !== 200 || typeof access !== 'string' || typeof refresh !== 'string') {
    throw new StoryError(`${call.method} ${call.path} should have answered with tokens, but its status is ${status}`);
  }
  return { access, refresh };
}
