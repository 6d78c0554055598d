import { beforeEach, describe, expect, test } from 'vitest';
import { jsonCall } from '../support/http-client.ts';
import { endSession } from './support/account.ts';
import { expectAsDocumented, publishedBy } from './support/bus.ts';
import { Secrets } from './support/secrets.ts';
import { serviceForFile, userForEachTest, webApp, webAppContext } from './support/service.ts';
import * as session from './support/session.ts';

const service = serviceForFile({ context: webAppContext });
const user = userForEachTest(service);
const secrets = new Secrets();
beforeEach(() => secrets.addUser(service, user));

const published = (action: () => Promise<unknown>) => publishedBy(service, action);
const open = async (extra = {}) => secrets.addSession(await session.openSession(service, user, extra));
const started = ({ sessionId }: session.Tokens, more = {}) =>
  ['SessionStarted', { subject: user.subject, sessionId, clientId: 'default', ...more }] as const;
const ended = ({ sessionId }: session.Tokens, reason: string) =>
  ['SessionRevoked', { subject: user.subject, sessionId, reason }] as const;

describe('SessionStarted', () => {
  test('at every login, with what the client said of itself', async () => {
    const events = await published(async () => {
      await open({ client_id: 'phone', device_name: 'Käthes Telefon' });
      await open();
    });
    const own = { subject: user.subject, sessionId: expect.any(String) };
    expect(events).toEqual([
      ['SessionStarted', { ...own, clientId: 'phone', deviceName: 'Käthes Telefon' }],
      ['SessionStarted', { ...own, clientId: 'default' }],
    ]);
  });

  test('at no refused login and at no refresh', async () => {
    const { refreshToken } = await open();
    const events = await published(async () => {
      await session.login(service, { ...user, password: 'not the password' });
      await session.refresh(service, refreshToken);
    });
    expect(events).toEqual([]);
  });
});

describe('SessionRevoked', () => {
  test('logged_out, once', async () => {
    const own = await open();
    const events = await published(async () => {
      await session.revoke(service, own.refreshToken);
      await session.revoke(service, own.refreshToken);
    });
    expect(events).toEqual([ended(own, 'logged_out')]);
  });

  test('deleted, once', async () => {
    const [one, own] = [await open(), await open()];
    const events = await published(async () => {
      await endSession(service, own.accessToken, one.sessionId);
      await endSession(service, own.accessToken, one.sessionId);
    });
    expect(events).toEqual([ended(one, 'deleted')]);
  });

  test('replaced, by a login on the same browser', async () => {
    const login = (headers = {}) => {
      service.local.advance(1);
      const from = { origin: webApp.origin, ...headers };
      return service.send(jsonCall('/auth/login', { ...user, channel: 'cookie' }, from));
    };
    const first = await login();
    const before = { ...session.tokensOf(first) };
    const cookie = session.cookieOf(first);
    secrets.addRefreshToken('cookie', cookie.slice(cookie.indexOf('=') + 1));
    let second = before;
    const events = await published(async () => {
      second = session.tokensOf(await login({ cookie }));
    });
    expect(events).toEqual([started(second), ended(before, 'replaced')]);
  });

  test('evicted, by the login that exceeds the cap', async () => {
    const first = await open();
    for (let count = 1; count < webApp.sessionCap; count += 1) await open();
    let last = first;
    const events = await published(async () => {
      last = await open();
    });
    expect(events).toEqual([started(last), ended(first, 'evicted')]);
  });

  test('reused and RefreshTokenReused, once for twenty parallel replays', async () => {
    const own = await open({ device_name: 'Telefon' });
    const next = session.tokensOf(await session.refresh(service, own.refreshToken));
    service.local.advance(60);
    session.tokensOf(await session.refresh(service, next.refreshToken));
    service.local.advance(60);
    // No replay goes on before all have seen the session alive.
    const all = Promise.withResolvers<void>();
    let waiting = 0;
    service.dynamo.intercept(async ({ operation, input }, forward) => {
      const answer = await forward();
      if (operation !== 'UpdateItem' || !String(input.UpdateExpression).includes('currentHash')) return answer;
      waiting += 1;
      if (waiting === 20) all.resolve();
      await all.promise;
      return answer;
    });
    const events = await published(async () => {
      const replays = Array.from({ length: 20 }, () => session.refresh(service, own.refreshToken));
      for (const reply of await Promise.all(replays)) session.expectError(reply, 400, 'invalid_grant');
    });
    service.dynamo.intercept(undefined);
    const { sessionId } = own;
    expect(events).toEqual([
      ['RefreshTokenReused', { subject: user.subject, sessionId, clientId: 'default', deviceName: 'Telefon' }],
      ended(own, 'reused'),
    ]);
  });
});

describe('all that was published', () => {
  test('tells every reason for which a session can end alone', () => {
    const reasons = service.local.events.map(({ detail }) => (detail as { reason?: string }).reason);
    expect(reasons).toEqual(expect.arrayContaining(['logged_out', 'deleted', 'replaced', 'evicted', 'reused']));
  });

  test.each(['SessionStarted', 'SessionRevoked', 'RefreshTokenReused'])(
    '%s is as its schema says, no member more or less',
    (name) => {
      expectAsDocumented(service, name);
    },
  );

  test('holds no token, password, hash, username or address of a person', () => {
    expect(secrets.count).toBeGreaterThan(50);
    expect(secrets.within(JSON.stringify(service.local.events))).toEqual([]);
  });
});
