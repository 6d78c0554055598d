import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { jsonCall } from '../support/http-client.ts';
import * as guessing from './support/guess.ts';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import * as session from './support/session.ts';

/** An attacker tries one password with many usernames, from one address. */

const windowSeconds = 600;
const perWindow = 100;

let service: ProxiedService;
let user: User;
let names = 0;

beforeAll(async () => {
  service = await startProxied();
  user = await service.addUser();
}, 60_000);
beforeEach(async () => {
  await guessing.toNextWindow(service, 'address:127.0.0.1', windowSeconds * 1000);
  service.dynamo.clear();
});
afterAll(async () => {
  await service.stop();
  guessing.printTable('Guesses from one address:');
});

/** A username that was never tried before. */
const somebody = () => {
  names += 1;
  return `somebody-${names}`;
};
const body = (username = somebody()) => ({ username, password: 'Football1' });
const guess = (headers = {}) => service.send(jsonCall('/auth/login', body(), headers));
const from = (address: string, username?: string) => guessing.guessFrom(service, address, body(username));

/** Uses an address up. In one name, which is refused for its own sake at first: that costs no hash and counts as well. */
async function useUp(address: (tries: number) => string, key?: string): Promise<void> {
  const username = somebody();
  // Its window began with the test for 127.0.0.1, whose sessions must not expire meanwhile.
  const counter = key ?? `address:${address(0)}`;
  if (address(0) !== '127.0.0.1') await guessing.toNextWindow(service, counter, windowSeconds * 1000);
  for (let tries = 0; tries < perWindow; tries += 1) await from(address(tries), username);
}

test('1,000 usernames in ten minutes: 100 attempts pass, whatever the headers contain; an open session is not affected', async () => {
  const { refreshToken } = await session.openSession(service, user);
  await guessing.toNextWindow(service, 'address:127.0.0.1', windowSeconds * 1000);
  service.dynamo.clear();
  const statuses: number[] = [];
  for (let tries = 0; tries < 1000; tries += 1) {
    const claimed = guessing.addressOf(tries);
    const reply = await guess({
      'x-forwarded-for': claimed,
      forwarded: `for=${claimed}`,
      'x-real-ip': claimed,
      'true-client-ip': claimed,
      'cf-connecting-ip': claimed,
    });
    statuses.push(reply.status);
    if (tries % 50 === 49) expect(guessing.verified(service)).toBeLessThanOrEqual(perWindow);
    if (reply.status === 429) {
      session.expectError(reply, 429, 'slow_down');
      expect(Number(reply.headers['retry-after'])).toBeLessThanOrEqual(windowSeconds);
    }
  }
  const hashed = guessing.verified(service);
  const refused = statuses.filter((status) => status === 429).length;
  guessing.report('one address, 1,000 usernames and X-Forwarded-For', 1000, windowSeconds, hashed, refused);
  expect([hashed, refused]).toEqual([perWindow, 1000 - perWindow]);
  const { accessToken } = session.tokensOf(await session.refresh(service, refreshToken));
  expect((await session.me(service, accessToken)).status).toBe(200);
});

test('a caller who waits for Retry-After is let in', async () => {
  await useUp(() => '192.0.2.1');
  const refused = await from('192.0.2.1');
  expect(refused.status).toBe(429);
  service.local.advance(refused.retryAfter);
  expect(await from('192.0.2.1')).toMatchObject({ status: 400 });
});

test('an IPv4 address counts as itself in every IPv6 form', async () => {
  await useUp(() => '203.0.113.7');
  for (const address of ['::ffff:203.0.113.7', '::ffff:cb00:7107', '64:ff9b::203.0.113.7', '2002:cb00:7107::1']) {
    expect(await from(address), address).toMatchObject({ status: 429 });
  }
  expect(await from('::ffff:203.0.113.8')).toMatchObject({ status: 400 });
});

test('another address is not concerned', async () => {
  await useUp(() => '192.0.2.2');
  expect(await from('192.0.2.2')).toMatchObject({ status: 429 });
  expect(await from('192.0.2.3')).toMatchObject({ status: 400 });
});

test('correct passwords are refunded: 150 logins from one address, and no user behind it is locked out', async () => {
  await guessing.toNextWindow(service, 'address:192.0.2.4', windowSeconds * 1000);
  const right = { username: user.username, password: user.password };
  for (let logins = 0; logins < 150; logins += 1) {
    expect((await guessing.guessFrom(service, '192.0.2.4', right)).status, `login ${logins}`).toBe(200);
  }
  expect(await from('192.0.2.4')).toMatchObject({ status: 400 });
}, 120_000);

test('behind a used-up address a new device has to wait, a known device and a live session have not', async () => {
  const open = await session.openSession(service, user);
  const { refreshToken } = await session.openSession(service, user);
  await useUp(() => '127.0.0.1');
  const right = { username: user.username, password: user.password };
  expect(await guessing.guessFrom(service, '127.0.0.1', right)).toMatchObject({ status: 429 });
  const known = { ...right, refresh_token: refreshToken };
  expect(await guessing.guessFrom(service, '127.0.0.1', known)).toMatchObject({ status: 200 });
  const change = { current_password: user.password, new_password: 'another battery staple' };
  const headers = { authorization: `Bearer ${open.accessToken}` };
  const reply = await service.send(jsonCall('/auth/password', change, headers));
  expect(reply.status, reply.text).toBe(200);
});

describe('IPv6', () => {
  const inNetwork = (tries: number) => `2001:db8:0:7:${tries.toString(16)}::${(tries * 7).toString(16)}`;

  test('addresses of one /64 count together, in every way to write them', async () => {
    await useUp(inNetwork, 'address:2001:db8:0:7::/64');
    for (const address of ['2001:db8:0:7::1', '2001:0DB8:0000:0007:ffff:ffff:ffff:ffff', '2001:db8::7:1:2:3:4']) {
      expect(await from(address), address).toMatchObject({ status: 429 });
    }
  });

  test('another /64 is not concerned', async () => {
    await useUp(inNetwork, 'address:2001:db8:0:7::/64');
    for (const address of ['2001:db8:0:8::1', '2001:db8:1:7::1', '2001:db8::7']) {
      expect(await from(address), address).toMatchObject({ status: 400 });
    }
  });
});
