import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metrics } from '../../lambda/contract/metrics.ts';
import type { Intercept } from '../support/counting-proxy.ts';
import { reset } from '../support/fault-proxy.ts';
import { formCall, type HttpCall, jsonCall } from '../support/http-client.ts';
import { synthesizedStack } from '../support/local-assembly.ts';
import { Secrets } from './support/secrets.ts';
import { type ProxiedService, startProxied, type User, webApp, webAppContext } from './support/service.ts';
import { cookieOf, login, me, openSession, refresh, refreshByForm, revoke, tokensOf } from './support/session.ts';

/** A run over all routes, with every outcome and many a fault; then no secret of it may stand in any line. */

/** The closed list of lambda/log-line.ts. */
const fields = [
  ...['time', 'level', 'route', 'requestId', 'status', 'outcome', 'reason', 'subject', 'sessionId', 'clientId'],
  ...['sourceIp', 'proxy', 'durationMs', 'calls', 'item', 'error'],
  // The metrics of lambda/contract/metrics.ts, and where CloudWatch finds them.
  ...Object.keys(metrics),
  ...['service', '_aws'],
];

const secrets = new Secrets();
let service: ProxiedService;
let user: User;

beforeAll(async () => {
  service = await startProxied({ context: webAppContext });
  user = await service.addUser();
  await secrets.addUser(service, user);
  await secrets.addKeys(service, await synthesizedStack(webAppContext));
  await sessions();
  await cookies();
  await mistakes();
  await faults();
  await ownAccount();
});
afterAll(() => service.stop());

function known(reply: Parameters<typeof tokensOf>[0]) {
  const tokens = tokensOf(reply);
  secrets.addAccessToken('access token', tokens.accessToken);
  if (tokens.refreshToken !== '') secrets.addRefreshToken('refresh token', tokens.refreshToken);
  return tokens;
}

/** Each row of protocol.md §5, revocation and the guarded route. */
async function sessions(): Promise<void> {
  const first = known(await login(service, user, { device_name: 'a phone' }));
  await me(service, first.accessToken);
  const second = known(await refresh(service, first.refreshToken));
  known(await refresh(service, first.refreshToken));
  known(await refreshByForm(service, second.refreshToken));
  service.local.advance(60);
  const third = known(await refreshByForm(service, second.refreshToken));
  await refresh(service, first.refreshToken);
  await refresh(service, third.refreshToken);
  const other = known(await login(service, user));
  await revoke(service, other.refreshToken);
  await revoke(service, other.refreshToken);
  for (const path of ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server'])
    await service.send({ path });
}

async function cookies(): Promise<void> {
  const headers = { origin: webApp.origin };
  const reply = await service.send(jsonCall('/auth/login', { ...user, channel: 'cookie' }, headers));
  const cookie = cookieOf(reply);
  secrets.addRefreshToken('cookie', cookie.split('=')[1] ?? '');
  known(reply);
  const grant = { grant_type: 'refresh_token' };
  await service.send(jsonCall('/auth/refresh', grant, { origin: 'https://evil.example', cookie }));
  await service.send(jsonCall('/auth/refresh', grant, { ...headers, cookie: [cookie, cookie] }));
  known(await service.send(jsonCall('/auth/refresh', grant, { ...headers, cookie })));
  await service.send(jsonCall('/auth/revoke', {}, { ...headers, cookie }));
}

/** Secrets where they do not belong. */
async function mistakes(): Promise<void> {
  const { accessToken, refreshToken } = known(await login(service, user));
  const { username, password } = user;
  const calls: readonly HttpCall[] = [
    { ...jsonCall('/auth/login', {}), body: `{"password":"${password}` },
    formCall('/auth/login', { username, password }),
    jsonCall('/auth/login', { username: password, password: username }),
    jsonCall('/auth/login', { username, password: [password] }),
    jsonCall(`/auth/login?password=${encodeURIComponent(password)}`, {}),
    jsonCall(`/auth/refresh?refresh_token=${refreshToken}`, {}),
    jsonCall('/auth/refresh', { grant_type: refreshToken, refresh_token: refreshToken }),
    jsonCall('/auth/refresh', { grant_type: 'refresh_token', refresh_token: `${refreshToken}A` }),
    jsonCall('/auth/refresh', { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: accessToken }),
    jsonCall('/auth/refresh', { client_secret: password }, { authorization: `Basic ${btoa(`x:${password}`)}` }),
    jsonCall('/auth/refresh', { grant_type: 'refresh_token', refresh_token: accessToken }),
    jsonCall(
      '/auth/revoke',
      { token: accessToken },
      { 'user-agent': 'canary-agent', referer: 'https://canary.example' },
    ),
    {
      path: `/me?access_token=${accessToken}`,
      headers: { 'user-agent': refreshToken, referer: `https://x/?${password}` },
    },
    { path: '/me', headers: { authorization: `Bearer ${refreshToken}`, 'user-agent': accessToken } },
    { path: '/me', headers: { authorization: `Bearer ${accessToken}x` } },
  ];
  for (const call of calls) await service.send(call);
}

/** An error whose message quotes the whole request. */
const quoting: Intercept = async ({ input }) => {
  const message = `bad request: ${JSON.stringify(input)}`;
  return { status: 400, body: { __type: 'com.amazon.coral.validate#ValidationException', message } };
};

async function faults(): Promise<void> {
  const { refreshToken } = known(await login(service, user));
  for (const fault of [quoting, reset]) {
    service.local.advance(3600);
    service.dynamo.intercept(fault);
    await refresh(service, refreshToken);
    await revoke(service, refreshToken);
    await login(service, user);
  }
  service.dynamo.intercept(undefined);
  service.local.advance(3600);
}

/** Routes that take an access token; the password changes last. */
async function ownAccount(): Promise<void> {
  const { accessToken } = known(await login(service, user));
  const headers = { authorization: `Bearer ${accessToken}` };
  const next = `Canary of the next password ${user.subject}`;
  secrets.add('new password', next);
  const body = { current_password: user.password, new_password: next, email: 'canary@example.com' };
  secrets.add('new e-mail address', body.email);
  await service.send({ path: '/auth/sessions', headers });
  await service.send({ path: '/auth/sessions', headers: { authorization: `Bearer ${accessToken}x` } });
  await service.send({ method: 'DELETE', path: `/auth/sessions/${accessToken.slice(-22)}`, headers });
  secrets.addSession(tokensOf(await service.send(jsonCall('/auth/email', body, headers))));
  const renewed = await openSession(service, user);
  secrets.addAccessToken('access token', renewed.accessToken);
  const bearer = { authorization: `Bearer ${renewed.accessToken}` };
  await service.send(jsonCall('/auth/password', { ...body, current_password: next }, bearer));
  const changed = secrets.addSession(tokensOf(await service.send(jsonCall('/auth/password', body, bearer))));
  await service.send(jsonCall('/auth/revoke-all', {}, { authorization: `Bearer ${changed.accessToken}` }));
}

const lines = () => service.local.logs.map(({ line }) => line);
/** The local gateway has hints for developers among them; the functions alone are deployed. */
const linesOfFunctions = () =>
  service.local.logs.filter(({ function: id }) => id.includes('Function')).map(({ line }) => line);

test('the run knew many secrets and called every function', () => {
  expect(secrets.count).toBeGreaterThan(100);
  const routes = new Set(linesOfFunctions().map((line) => (JSON.parse(line) as { route?: string }).route));
  expect([...routes]).toEqual(expect.arrayContaining(['login', 'refresh', 'revoke', 'authorizer', 'metadata']));
  const statuses = new Set(linesOfFunctions().map((line) => (JSON.parse(line) as { status?: number }).status));
  expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 500, 503]));
});

test('no log line contains a secret', () => {
  const found = lines().flatMap((line) => secrets.within(line).map((name) => `${name} in ${line.slice(0, 60)}`));
  expect(found).toEqual([]);
});

test('no secret stands in any event', () => {
  expect(service.local.events.flatMap((event) => secrets.within(JSON.stringify(event)))).toEqual([]);
});

describe('each line', () => {
  test('is one JSON object with fields of the closed list, none of them long', () => {
    for (const line of linesOfFunctions()) {
      const entry = JSON.parse(line) as Record<string, unknown>;
      const own = entry.event === 'keys' ? ['event', 'request', 'Status'] : fields;
      expect(
        Object.keys(entry).filter((field) => !own.includes(field)),
        line,
      ).toEqual([]);
      for (const value of Object.values(entry)) expect(String(value).length, line).toBeLessThan(100);
    }
  });

  test('of a request has its time, route, result and duration', () => {
    for (const line of linesOfFunctions().filter((text) => text.includes('"status"'))) {
      expect(JSON.parse(line)).toEqual({
        ...(JSON.parse(line) as object),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        level: expect.stringMatching(/^(info|warn|error)$/),
        route: expect.any(String),
        requestId: expect.any(String),
        sourceIp: '127.0.0.1',
        outcome: expect.any(String),
        durationMs: expect.any(Number),
      });
    }
  });
});
