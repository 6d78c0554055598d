import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { jsonCall } from '../support/http-client.ts';
import { changePassword } from './support/account.ts';
import * as guessing from './support/guess.ts';
import { type ProxiedService, startProxied, type User, webApp, webAppContext } from './support/service.ts';
import * as session from './support/session.ts';

/** Somebody guesses one user's password from ever new addresses, so that nothing but the account's count is in the way. */

const hour = 3600;
/** Tries that may come at once, and that fit into an hour: 50 ms, doubled each time, a second early at the most. */
const atOnce = 6;
const perHour = 17;

let service: ProxiedService;
let user: User;
let address = 0;
/** Epoch seconds. */
let endOfWindow = 0;

beforeAll(async () => {
  service = await startProxied({ context: webAppContext });
}, 60_000);
beforeEach(async () => {
  user = await service.addUser();
  endOfWindow = (await guessing.toNextWindow(service, hour)) + hour;
  service.dynamo.clear();
});
afterAll(async () => {
  await service.stop();
  guessing.printTable('Guesses of one user’s password:');
});

const guess = (more: Readonly<Record<string, string>> = {}, headers: readonly string[] = []) => {
  address += 1;
  const body = { username: user.username, password: 'not the password', ...more };
  return guessing.guessFrom(service, guessing.addressOf(address), body, headers);
};
const count = (guesses: readonly guessing.Guess[], status: number) =>
  guesses.filter((each) => each.status === status).length;

/** As many tries as fit in before a moment for whoever waits exactly as long as is asked. */
async function patiently(until: number): Promise<guessing.Guess[]> {
  const guesses: guessing.Guess[] = [];
  for (;;) {
    const made = await guess();
    guesses.push(made);
    if (guessing.nowOf(service) + made.retryAfter >= until) return guesses;
    service.local.advance(made.retryAfter);
  }
}

test('1,000 tries in an hour: few get through, and an open session and a known device notice nothing', async () => {
  const device = await session.openSession(service, user);
  const open = await session.openSession(service, user);
  await guessing.toNextWindow(service, hour);
  service.dynamo.clear();
  let token = open.refreshToken;
  const guesses: guessing.Guess[] = [];
  for (let tries = 0; tries < 1000; tries += 1) {
    guesses.push(await guess());
    service.local.advance(3.4);
    if (tries % 100 === 99) {
      token = session.tokensOf(await session.refresh(service, token)).refreshToken;
      expect(guessing.verified(service)).toBeLessThanOrEqual(perHour);
    }
  }
  const hashed = guessing.verified(service);
  guessing.report('1,000 addresses, a try each 3.4 s', 1000, 3400, hashed, count(guesses, 429));
  expect(count(guesses, 400)).toBe(hashed);
  expect(count(guesses, 429)).toBe(1000 - hashed);
  expect(hashed).toBeGreaterThanOrEqual(10);
  expect(hashed).toBeLessThanOrEqual(perHour);
  // The victim, with the right password: a device without history has to wait like everybody, a known one does not.
  expect(await guess({ password: user.password })).toMatchObject({ status: 429 });
  expect(await guess({ password: user.password, refresh_token: device.refreshToken })).toMatchObject({ status: 200 });
});

test('a burst: what may come at once, and no more', async () => {
  const guesses = await Promise.all(Array.from({ length: 50 }, () => guess()));
  const hashed = guessing.verified(service);
  guessing.report('50 addresses, all at once', 50, 0, hashed, count(guesses, 429));
  // A slow machine takes seconds over them, in which the next may come.
  expect(hashed).toBeGreaterThanOrEqual(atOnce);
  expect(hashed).toBeLessThanOrEqual(atOnce + 2);
  expect([count(guesses, 400), count(guesses, 429)]).toEqual([hashed, 50 - hashed]);
});

test('whoever waits as long as Retry-After asks is let in, and gets no further in an hour', async () => {
  const guesses = await patiently(endOfWindow);
  const hashed = guessing.verified(service);
  guessing.report('waits as Retry-After asks', guesses.length, hour, hashed, count(guesses, 429));
  for (const [index, { status }] of guesses.entries()) {
    // After a wait comes a try that counts: never two refusals in a row.
    if (status === 429) expect(guesses[index + 1]?.status ?? 400).toBe(400);
  }
  expect(hashed).toBeGreaterThanOrEqual(perHour - 1);
  expect(hashed).toBeLessThanOrEqual(perHour);
});

test('an hour that two windows share allows twice as much at the most', async () => {
  service.local.advance(hour / 2);
  const guesses = await patiently(endOfWindow + hour / 2);
  const hashed = guessing.verified(service);
  guessing.report('the same, half an hour in each of two windows', guesses.length, hour, hashed, count(guesses, 429));
  expect(hashed).toBeGreaterThan(perHour);
  expect(hashed).toBeLessThanOrEqual(2 * perHour);
});

test('an unknown user is counted as a known one is', async () => {
  for (const username of [user.username, 'nobody-of-that-name']) {
    service.dynamo.clear();
    const guesses = await Promise.all(Array.from({ length: 20 }, () => guess({ username })));
    const hashed = guessing.verified(service);
    expect(hashed).toBeGreaterThanOrEqual(atOnce);
    expect(hashed).toBeLessThanOrEqual(atOnce + 2);
    expect([count(guesses, 400), count(guesses, 429)]).toEqual([hashed, 20 - hashed]);
  }
});

test('a username in another spelling is the same account', async () => {
  const spellings = [user.username, user.username.toUpperCase(), ` ${user.username}`];
  for (let tries = 0; tries < 12; tries += 1) await guess({ username: spellings[tries % 3] ?? '' });
  expect(guessing.verified(service)).toBeLessThanOrEqual(atOnce + 2);
});

test('the right password begins the count anew', async () => {
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
    for (let tries = 0; tries < 30; tries += 1) await guess();
    expect(await guess({ password: user.password })).toMatchObject({ status: 429 });
  };

  test('is let in by its cookie in the midst of it', async () => {
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

  test('has a count of its own, which slows it down as well', async () => {
    const { refreshToken } = await session.openSession(service, user);
    service.dynamo.clear();
    const guesses = [];
    for (let tries = 0; tries < 30; tries += 1) guesses.push(await guess({ refresh_token: refreshToken }));
    expect(guessing.verified(service)).toBeLessThanOrEqual(atOnce + 2);
    expect(count(guesses, 429)).toBeGreaterThan(20);
    expect(await guess({ password: user.password })).toMatchObject({ status: 200 });
  });

  test('of another user is no excuse, nor is a token that is none of ours', async () => {
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
