import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createSession, memoryStorage, type Session } from '../../../client/src/index.ts';
import { systemPlatform } from '../../../client/src/platform.ts';

/** The library over real HTTP, with a service or an API that redirects to another origin. */

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

/** Another origin, which answers as the service would, and what it was sent. */
async function foreign(): Promise<{ url: string; sent: string[] }> {
  const sent: string[] = [];
  const url = await serve((request, response) => {
    sent.push(`${request.method} ${request.url}`, request.headers.authorization ?? '');
    request.on('data', (chunk) => sent.push(String(chunk))).on('end', () => response.end(tokens));
  });
  return { url, sent };
}

const tokens = JSON.stringify({ access_token: 'access', expires_in: 600, refresh_token: 'next', session_id: 's1' });
const credentials = { username: 'demo', password: 'secret' };

async function session(baseUrl: string): Promise<Session> {
  const storage = memoryStorage();
  await storage.set('held');
  let now = Date.now();
  // Each look at the clock is a minute later, so that a refresh is tried once. No timer outlives the test.
  const platform = { ...systemPlatform, now: () => (now += 60_000), timer: () => () => {} };
  return createSession({ mode: 'body', baseUrl, storage }, platform);
}

test.each([301, 302, 303, 307, 308])('no password and no refresh token follows a redirect: %i', async (status) => {
  const other = await foreign();
  const service = await serve((request, response) => {
    request.resume();
    response.writeHead(status, { location: other.url + request.url }).end();
  });
  expect(await (await session(service)).login(credentials)).toEqual({ outcome: 'unavailable' });
  const refused = { code: 'unreachable' };
  await expect((await session(service)).accessToken()).rejects.toMatchObject(refused);
  await expect((await session(service)).logout()).rejects.toMatchObject(refused);
  expect(other.sent).toEqual([]);
});

test('an API may redirect to another origin, which gets no access token', async () => {
  const other = await foreign();
  const service = await serve((request, response) => {
    request.resume();
    if (request.url?.startsWith('/auth/')) response.end(tokens);
    else response.writeHead(302, { location: `${other.url}/file` }).end();
  });
  const storage = memoryStorage();
  const mine = createSession({ mode: 'body', baseUrl: service, storage });
  await mine.login(credentials);
  expect((await mine.fetch('/download')).status).toBe(200);
  expect(other.sent).toEqual(['GET /file', '']);
});
