import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { settlementOf } from '../../lambda/core/rotation.ts';
import { loginNameOf } from '../../lambda/core/username.ts';
import type { Intercept } from '../support/counting-proxy.ts';
import type { DynamoUnderTest } from '../support/dynamo-under-test.ts';
import { expectUnavailable, rejectionOf } from '../support/expect.ts';
import { conflict, failInternally, loseAnswer, reset, throttle } from '../support/fault-proxy.ts';
import { expiryOf, loginAt, newAccount, newSession, rotationOf, unanswered } from '../support/sessions.ts';
import type { StoreUnderTest } from '../support/store-under-test.ts';
import { defaultPolicy } from '../support/world.ts';

type Store = Pick<StoreUnderTest, 'sessions' | 'accounts'>;

const refuse =
  (type: string): Intercept =>
  async () => ({
    status: 400,
    body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'injected' },
  });

/** Every method of both stores. */
const methods: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  'sessions.create': (store) => store.sessions.create(newSession(), 0),
  'sessions.rotate': (store) => store.sessions.rotate(rotationOf(newSession())),
  'sessions.owe': (store) => store.sessions.owe(unanswered(rotationOf(newSession()))),
  'sessions.settle': (store) => store.sessions.settle(settlementOf(newSession(), loginAt, defaultPolicy)),
  'sessions.revoke': (store) => store.sessions.revoke('s', 'i', 'deleted', loginAt),
  'accounts.findSubject': (store) => store.accounts.findSubject(loginNameOf('name')),
  'accounts.read': (store) => store.accounts.read('s'),
  'accounts.readWithSessions': (store) => store.accounts.readWithSessions('s'),
  'accounts.setNetworks': (store) => store.accounts.setNetworks('s', ['a']),
  'accounts.rehash': (store) => store.accounts.rehash('s', 'old', 'new'),
  'sessions.read': (store) => store.sessions.read('s', 'i'),
  'accounts.revokeSessions': (store) => store.accounts.revokeSessions({ subject: 's' }),
  'accounts.enable': (store) => store.accounts.enable('s'),
  'accounts.create': (store) => store.accounts.create(newAccount(), loginAt),
};

/** What the database cannot do now is "unavailable"; what we asked wrongly is not. */
export function faultsContract(open: () => Promise<DynamoUnderTest>): void {
  let store: DynamoUnderTest;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.stop());
  beforeEach(() => store.proxy.clear());
  afterEach(() => store.proxy.intercept(undefined));

  /** All methods under one fault; a client of their own, for the SDK stops retrying where a client met many faults. */
  async function eachMethod(
    expected: (promise: Promise<unknown>) => Promise<void>,
    requestTimeout = 2000,
    but: readonly string[] = [],
  ) {
    const fresh = store.impatient(requestTimeout);
    const chosen = Object.entries(methods).filter(([name]) => !but.includes(name));
    await Promise.all(chosen.map(([, call]) => expected(call(fresh))));
  }

  const count = Object.keys(methods).length;
  const throttles: readonly (readonly [string, Intercept])[] = [
    ['throttled', throttle],
    ['throttled by the account', refuse('RequestLimitExceeded')],
    ['throttled by the service', refuse('ThrottlingException')],
  ];
  test.each(throttles)('a database that is %s: unavailable', async (_, fault) => {
    store.proxy.intercept(fault);
    // The note has 1.5 s in all, which the pauses between tries exceed.
    await eachMethod((promise) => expectUnavailable(promise, 'store_throttled'), 2000, ['sessions.owe']);
  });

  const transient: readonly (readonly [string, Intercept])[] = [
    ['in conflict with a transaction', conflict],
    ['failing inside', failInternally],
    ['closing every connection', reset],
    ['answering into the void', loseAnswer],
  ];
  test.each(transient)('a database that is %s: unavailable', async (_, fault) => {
    store.proxy.intercept(fault);
    await eachMethod((promise) => expectUnavailable(promise, 'store_unavailable'));
    expect(store.proxy.calls.length).toBeLessThanOrEqual(3 * count);
  });

  test('a database that does not answer: unavailable, after three times what was set', async () => {
    store.proxy.intercept(() => new Promise(() => {}));
    await eachMethod((promise) => expectUnavailable(promise, 'store_unavailable'), 300);
    // A busy proxy may read the last of them after the client has given up.
    await vi.waitFor(() => expect(store.proxy.calls.length).toBe(3 * count), 5000);
  });

  test.each([
    'ValidationException',
    'AccessDeniedException',
    'ResourceNotFoundException',
    'UnrecognizedClientException',
  ])('%s lasts: it is a fault, and asked for once', async (type) => {
    store.proxy.intercept(refuse(type));
    await eachMethod(async (promise) => {
      const error = await rejectionOf(promise);
      expect(error).toMatchObject({ name: 'Fault', reason: 'store_refused', cause: { name: type } });
    });
    expect(store.proxy.calls.length).toBe(count);
  });

  test('a key that is too long is refused by the database itself, not "unavailable"', async () => {
    const error = await rejectionOf(store.accounts.read('s'.repeat(3000)));
    expect(error).toMatchObject({ name: 'Fault', reason: 'store_refused', cause: { name: 'ValidationException' } });
  });

  test('a short fault is bridged by the SDK', async () => {
    let calls = 0;
    store.proxy.intercept(async (_, forward) => {
      calls += 1;
      return calls < 3 ? 'reset' : forward();
    });
    const session = newSession();
    await store.impatient(2000).sessions.create(session, expiryOf(session));
    expect(await store.session(session.subject, session.sessionId)).toEqual(session);
  });
}
