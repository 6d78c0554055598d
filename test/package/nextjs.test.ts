import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parse } from 'tough-cookie';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { send } from '../support/http-client.ts';
import { startService, type TestService } from '../support/local.ts';
import { packClient } from './support/packages.ts';
import { Stranger } from './support/stranger.ts';

const requests = 50;
const rounds = 20;

const app = Stranger.inEmptyFolder();
let service: TestService;
let next: ChildProcess;
let url: string;

beforeAll(async () => {
  service = await startService();
  const { tarball } = await packClient();
  app.copy('examples/nextjs');
  await app.install(tarball);
  const env = { AUTH_URL: service.url, NEXT_TELEMETRY_DISABLED: '1' };
  await app.must('npm', ['run', 'build'], env);
  next = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '--port', '0'], {
    cwd: app.folder,
    env: { ...process.env, ...env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  url = await new Promise<string>((resolve, reject) => {
    next.once('exit', (code) => reject(new Error(`next start ended with ${code}`)));
    createInterface({ input: next.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const [found] = /http:\/\/localhost:\d+/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
}, 600_000);
afterAll(async () => {
  if (next?.exitCode === null) {
    next.kill();
    await once(next, 'exit');
  }
  await service?.stop();
  app.leave();
});

/** A browser, as far as its cookies go: the last answer wins. */
class Cookies {
  readonly #values = new Map<string, string>();

  async send(path: string, init: RequestInit = {}): Promise<{ status: number; refreshToken: string | undefined }> {
    const cookie = [...this.#values].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url + path, { ...init, headers: { ...init.headers, cookie } });
    await response.arrayBuffer();
    let refreshToken: string | undefined;
    for (const line of response.headers.getSetCookie()) {
      const { key = '', value = '' } = parse(line) ?? {};
      this.#values.set(key, value);
      if (key === 'refresh_token') refreshToken = value;
    }
    return { status: response.status, refreshToken };
  }

  get accessToken(): string {
    return this.#values.get('access_token') ?? '';
  }
}

test(`a Next.js server fans out ${requests} requests with one expired access token, ${rounds} times`, async () => {
  const browser = new Cookies();
  const { username, password } = service;
  const headers = { 'content-type': 'application/json' };
  const login = await browser.send('/login', { method: 'POST', headers, body: JSON.stringify({ username, password }) });
  expect(login.status).toBe(200);

  const statuses: Record<number, number> = {};
  let live = new Set<string | undefined>();
  for (let round = 0; round < rounds; round += 1) {
    service.advance(700);
    const answers = await Promise.all(Array.from({ length: requests }, () => browser.send('/api/me')));
    for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
    live = new Set(answers.map(({ refreshToken }) => refreshToken));
    expect(live.size).toBe(1);
    expect(live).not.toContain(login.refreshToken);
  }
  const headersOf = { authorization: `Bearer ${browser.accessToken}` };
  const { json } = await send(service.url, { path: '/auth/sessions', headers: headersOf });
  const sessions = json.sessions as unknown[];
  const signOuts = statuses[401] ?? 0;
  process.stdout.write(
    `${requests * rounds} requests: ${JSON.stringify(statuses)}; sign-outs ${signOuts}; sessions ${sessions.length}; live refresh tokens ${live.size}\n`,
  );
  expect(statuses).toEqual({ 200: requests * rounds });
  expect(sessions).toHaveLength(1);

  expect((await browser.send('/logout', { method: 'POST' })).status).toBe(200);
  expect((await browser.send('/api/me')).status).toBe(401);
}, 300_000);
