import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CountingProxy, type Intercept, startCountingProxy } from '../support/counting-proxy.ts';
import { delayAnswer, failInternally, reset, throttle } from '../support/fault-proxy.ts';
import { jsonCall } from '../support/http-client.ts';
import { synthesizedStack } from '../support/local-assembly.ts';
import * as account from './support/account.ts';
import { assemblyWith, signalEvent } from './support/bus.ts';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import * as session from './support/session.ts';

/** The bus is unavailable in every possible way: the requested change still takes effect. */

let bus: CountingProxy;
let service: ProxiedService;
let user: User;
let remove: () => void;

beforeAll(async () => {
  let local = '';
  bus = await startCountingProxy(() => local);
  const variables = { AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint };
  const assembly = assemblyWith(await synthesizedStack(), /Function/, variables);
  remove = assembly.remove;
  service = await startProxied({ assembly: assembly.directory });
  local = service.local.endpoints.AWS_ENDPOINT_URL_EVENTBRIDGE ?? '';
}, 60_000);
beforeEach(async () => {
  // Start a new hour, so that earlier attempts no longer count.
  service.local.advance(3600);
  user = await service.addUser();
});
afterAll(async () => {
  await service.stop();
  await bus.stop();
  remove();
});

const unpublished = () => service.local.logs.filter(({ line }) => line.includes('"unpublished"'));
const open = () => session.openSession(service, user);
const refusesEntries: Intercept = async () => {
  const Entries = [{ ErrorCode: 'InternalException', ErrorMessage: 'injected' }];
  return { status: 200, body: { FailedEntryCount: 1, Entries } };
};

/** Everything that publishes, and whether it has happened. */
const actions: readonly (readonly [string, () => Promise<void>])[] = [
  [
    'a login',
    async () => {
      const { refreshToken } = await open();
      expect((await session.refresh(service, refreshToken)).status).toBe(200);
    },
  ],
  [
    'a logout',
    async () => {
      const { refreshToken } = await open();
      expect((await session.revoke(service, refreshToken)).status).toBe(200);
      session.expectError(await session.refresh(service, refreshToken), 400, 'invalid_grant');
    },
  ],
  [
    'the end of all sessions',
    async () => {
      const own = await open();
      expect((await account.revokeAll(service, own.accessToken)).status).toBe(200);
      session.expectError(await session.refresh(service, own.refreshToken), 400, 'invalid_grant');
    },
  ],
  [
    'the end of one session',
    async () => {
      const own = await open();
      expect((await account.endSession(service, own.accessToken, own.sessionId)).status).toBe(204);
    },
  ],
  [
    'a new password',
    async () => {
      const own = await open();
      const body = { current_password: user.password, new_password: 'another battery staple' };
      expect((await account.changePassword(service, own.accessToken, body)).status).toBe(200);
      expect((await session.login(service, { ...user, password: body.new_password })).status).toBe(200);
    },
  ],
  [
    'the end of a session whose token was used twice',
    async () => {
      const own = await open();
      const next = session.tokensOf(await session.refresh(service, own.refreshToken));
      service.local.advance(60);
      session.expectError(await session.refresh(service, own.refreshToken), 400, 'invalid_grant');
      session.expectError(await session.refresh(service, next.refreshToken), 400, 'invalid_grant');
    },
  ],
  [
    'a refused try',
    async () => {
      const guess = () => service.send(jsonCall('/auth/login', { ...user, password: 'not the password' }));
      const replies = await Promise.all(Array.from({ length: 10 }, guess));
      expect(replies.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
      expect(replies.every(({ status }) => status === 429 || status === 400)).toBe(true);
    },
  ],
  [
    'a signal',
    async () => {
      const { refreshToken } = await open();
      const event = signalEvent('TheftSuspected', { subject: user.subject }, crypto.randomUUID());
      expect(await service.local.invoke('TokenServiceSignals', event)).toMatchObject({ ok: true });
      session.expectError(await session.refresh(service, refreshToken), 400, 'invalid_grant');
    },
  ],
];

async function expectUnheard(action: () => Promise<void>): Promise<void> {
  const before = unpublished().length;
  await action();
  expect(unpublished().length).toBeGreaterThan(before);
}

describe.each([
  ['breaks the connection', reset],
  ['takes the request and refuses the event', refusesEntries],
])('a bus that %s', (_name, fault) => {
  test.each(actions)('%s takes effect, and the log says that the event was not published', async (_action, run) => {
    bus.intercept(fault);
    await expectUnheard(run);
  });
});

test.each([
  ['fails', failInternally],
  ['throttles', throttle],
])('a bus that %s is asked twice', async (_name, fault) => {
  bus.intercept(fault);
  bus.clear();
  await expectUnheard(async () => void (await open()));
  expect(bus.calls).toHaveLength(2);
});

test('a bus that does not respond is called twice, and delays a request by at most two seconds', async () => {
  bus.intercept(delayAnswer(5000));
  bus.clear();
  await expectUnheard(async () => void (await open()));
  // From the first try on: earlier time is not spent on the bus. The pause between the tries is below half a second.
  expect(performance.now() - (bus.calls[0]?.startedAt ?? 0)).toBeLessThan(3500);
  expect(bus.calls).toHaveLength(2);
});

test('a bus that is back is told again', async () => {
  bus.intercept(undefined);
  const before = service.local.events.length;
  await open();
  expect(service.local.events.slice(before).map((event) => event['detail-type'])).toEqual(['SessionStarted']);
});

test.each(actions)('with nobody at the bus’s address, %s happens', async (_action, run) => {
  await bus.stop();
  await expectUnheard(run);
});
