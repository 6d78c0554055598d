import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { guessLimits } from '../../lambda/core/throttle.ts';
import { jsonCall } from '../support/http-client.ts';
import { changePassword } from './support/account.ts';
import * as guessing from './support/guess.ts';
import { type ProxiedService, startProxied, type User, webApp, webAppContext } from './support/service.ts';
import * as session from './support/session.ts';

/** An attacker guesses one user's password. */

const { username: limits } = guessLimits;
/** Tries that may come at once: 50 ms, doubled each time, a second early at the most. */
const atOnce = 6;
const open = limits.limit - limits.reserved;

let service: ProxiedService;
let user: User;
let address = 0;
/** Of the test, as performance.now() says it. */
let startedAt = 0;

beforeAll(async () => {
  service = await startProxied({ context: webAppContext });
}, 60_000);
beforeEach(async () => {
  user = await service.addUser();
  await guessing.toNextWindow(service, guessing.usernameKey(user.username), limits.windowMs);
  service.dynamo.clear();
  startedAt = performance.now();
});
afterAll(async () => {
  await service.stop();
  guessing.printTable('Guesses of one user’s password:');
});

/** From one address, unless another is named. */
const guess = (more: Readonly<Record<string, string>> = {}, headers: readonly string[] = [], from = '203.0.113.1') => {
  const body = { username: user.username, password: 'not the password', ...more };
  return guessing.guessFrom(service, from, body, headers);
};
/** From an address that has not been used. */
const guessFromAfar = (more: Readonly<Record<string, string>> = {}) => {
  address += 1;
  return guess(more, [], guessing.addressOf(address));
};
const count = (guesses: readonly guessing.Guess[], status: number) =>
  guesses.filter((each) => each.status === status).length;

test('one address: few attempts pass in an hour; the user elsewhere, an open session and a known device are not affected', async () => {
  const device = await session.openSession(service, user);
  const opened = await session.openSession(service, user);
  service.dynamo.clear();
  let token = opened.refreshToken;
  const guesses: guessing.Guess[] = [];
  for (let tries = 0; tries < 300; tries += 1) {
    guesses.push(await guess());
    service.local.advance(12);
    if (tries % 100 === 99) token = session.tokensOf(await session.refresh(service, token)).refreshToken;
  }
  const hashed = count(guesses, 400);
  guessing.report('one address, a try each 12 s', 300, 3600, hashed, count(guesses, 429));
  expect(hashed).toBeLessThanOrEqual(17);
  expect(count(guesses, 429)).toBe(300 - hashed);
  expect(await guess({ password: user.password })).toMatchObject({ status: 429 });
  expect(await guess({ password: user.password, refresh_token: device.refreshToken })).toMatchObject({ status: 200 });
  expect(await guessFromAfar({ password: user.password })).toMatchObject({ status: 200 });
}, 120_000);

test('addresses without number: the total, and after it the networks that the user has logged in from', async () => {
  expect(await guess({ password: user.password }, [], '192.0.2.77')).toMatchObject({ status: 200 });
  service.dynamo.clear();
  const guesses: guessing.Guess[] = [];
  for (let tries = 0; tries < 150; tries += 1) guesses.push(await guessFromAfar());
  const hashed = count(guesses, 400);
  guessing.report('150 addresses, one try each', 150, 0, hashed, count(guesses, 429));
  // One was the login's.
  expect(hashed).toBe(limits.limit - 1);
  expect(await guessFromAfar({ password: user.password })).toMatchObject({ status: 429 });
  expect(await guess({ password: user.password }, [], '192.0.2.77')).toMatchObject({ status: 200 });
  for (let tries = 0; tries < 3; tries += 1) expect(await guess({}, [], '192.0.2.77')).toMatchObject({ status: 400 });
}, 120_000);

test('an IPv6 /48 is one network, whichever of its addresses guesses', async () => {
  const guesses: guessing.Guess[] = [];
  for (let tries = 0; tries < 40; tries += 1) guesses.push(await guess({}, [], `2001:db8:7:${tries.toString(16)}::1`));
  expect(count(guesses, 400)).toBeLessThanOrEqual(guessing.mostSince(startedAt));
});

test('a burst passes up to the allowed number of attempts', async () => {
  const guesses = await Promise.all(Array.from({ length: 40 }, () => guess()));
  const hashed = guessing.verified(service);
  guessing.report('one address, 40 at once', 40, 0, hashed, count(guesses, 429));
  expect(hashed).toBeGreaterThanOrEqual(atOnce);
  expect(hashed).toBeLessThanOrEqual(guessing.mostSince(startedAt));
  expect([count(guesses, 400), count(guesses, 429)]).toEqual([hashed, 40 - hashed]);
});

test('a caller who waits for Retry-After is let in, and gets no further than what is open to all', async () => {
  const guesses: guessing.Guess[] = [];
  // Not into the next window; requests take their time as well.
  for (let spent = 0; ; ) {
    const made = await guess();
    guesses.push(made);
    spent += made.retryAfter;
    if (spent > limits.windowMs / 1000 - 300) break;
    service.local.advance(made.retryAfter);
  }
  const hashed = count(guesses, 400);
  guessing.report('one address, as Retry-After asks', guesses.length, 43_200, hashed, count(guesses, 429));
  expect(hashed).toBe(open);
  // After a wait comes an attempt that counts. The last refusal names the end of the window, as no attempt is left in it.
  const refused = guesses.flatMap(({ status }, index) => (status === 429 ? [index] : []));
  expect(refused.at(-1)).toBe(guesses.length - 1);
  expect(refused.slice(0, -1).map((index) => guesses[index + 1]?.status)).toEqual(refused.slice(0, -1).map(() => 400));
});

test('attempts for an unknown user are counted like those for a known one', async () => {
  for (const username of [user.username, 'nobody-of-that-name']) {
    service.dynamo.clear();
    const guesses = await Promise.all(Array.from({ length: 20 }, () => guess({ username }, [], '203.0.113.2')));
    const hashed = guessing.verified(service);
    expect(hashed).toBeGreaterThanOrEqual(atOnce);
    expect(hashed).toBeLessThanOrEqual(guessing.mostSince(startedAt));
    expect([count(guesses, 400), count(guesses, 429)]).toEqual([hashed, 20 - hashed]);
  }
});

test('a username in another spelling is the same account', async () => {
  const spellings = [user.username, user.username.toUpperCase(), ` ${user.username}`];
  for (let tries = 0; tries < 12; tries += 1) await guess({ username: spellings[tries % 3] ?? '' });
  expect(guessing.verified(service)).toBeLessThanOrEqual(guessing.mostSince(startedAt));
});

test('the correct password resets the pauses', async () => {
  const rounds: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    service.dynamo.clear();
    const guesses = [];
    for (let tries = 0; tries < 5; tries += 1) guesses.push(await guess());
    rounds.push(count(guesses, 400));
    expect(await guess({ password: user.password })).toMatchObject({ status: 200 });
  }
  expect(rounds).toEqual([5, 5, 5]);
});

describe('a device that has signed in before', () => {
  const block = async () => {
    // Until the pause is one that no slow machine outlasts.
    for (let made = await guess(); made.retryAfter < 100; made = await guess()) service.local.advance(made.retryAfter);
    expect(await guess({ password: user.password })).toMatchObject({ status: 429 });
  };

  test('can log in with its cookie during the attack', async () => {
    const body = { username: user.username, password: user.password, channel: 'cookie' };
    const reply = await service.send(jsonCall('/auth/login', body, { origin: webApp.origin }));
    const headers = ['Origin', webApp.origin, 'Cookie', session.cookieOf(reply)];
    await block();
    expect(await guess(body, headers)).toMatchObject({ status: 200 });
  });

  test('and whose session is over is let in by its dead token', async () => {
    const { refreshToken } = await session.openSession(service, user);
    await session.revoke(service, refreshToken);
    await block();
    expect(await guess({ password: user.password, refresh_token: refreshToken })).toMatchObject({ status: 200 });
  });

  test('has its own count, which slows it down as well', async () => {
    const { refreshToken } = await session.openSession(service, user);
    service.dynamo.clear();
    const guesses = [];
    for (let tries = 0; tries < 30; tries += 1) guesses.push(await guess({ refresh_token: refreshToken }));
    // Its own count, and then a stranger's.
    expect(guessing.verified(service)).toBeLessThanOrEqual(2 * guessing.mostSince(startedAt));
    expect(count(guesses, 429)).toBeGreaterThan(14);
    expect(await guessFromAfar({ password: user.password })).toMatchObject({ status: 200 });
  });

  test('of another user does not help, nor does a token that is not genuine', async () => {
    const stranger = await session.openSession(service, await service.addUser());
    await block();
    for (const refreshToken of [stranger.refreshToken, `${stranger.refreshToken}A`, 'nonsense']) {
      expect(await guess({ password: user.password, refresh_token: refreshToken })).toMatchObject({ status: 429 });
    }
  });
});

test('the current password of a signed-in user is guessed no faster, and nobody is locked out by it', async () => {
  const { accessToken } = await session.openSession(service, user);
  const body = { current_password: 'not the password', new_password: 'another battery staple' };
  const statuses: number[] = [];
  for (let tries = 0; tries < 60; tries += 1) statuses.push((await changePassword(service, accessToken, body)).status);
  const hashed = statuses.filter((status) => status === 400).length;
  guessing.report('by POST /auth/password, a try each second', 60, 60, hashed, statuses.length - hashed);
  expect(hashed).toBeLessThanOrEqual(12);
  expect(statuses.filter((status) => status === 429)).toHaveLength(60 - hashed);
  expect((await session.login(service, user)).status).toBe(200);
});
