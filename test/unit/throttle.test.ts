import { beforeEach, describe, expect, test } from 'vitest';
import { type LoginRequest, login } from '../../lambda/core/login.ts';
import { loginLimits, networkOf } from '../../lambda/core/throttle.ts';
import { around, recording } from '../support/around.ts';
import { expectRefusal, rejectionOf } from '../support/expect.ts';
import { MemoryThrottle } from '../support/memory-throttle.ts';
import { alice, aliceLogin, minute, openWorld, second, type World } from '../support/world.ts';

const hour = 60 * minute;
const day = 24 * hour;

let world: World;
let throttle: MemoryThrottle;
beforeEach(() => {
  throttle = new MemoryThrottle();
  world = openWorld({ tools: { throttle } });
  // To the beginning of a window of either kind.
  world.clock.advance(hour - (world.clock.nowMs() % hour));
});

/** A wrong password, from ever new addresses. */
let address = 0;
const guess = async (changes: Partial<LoginRequest> = {}) => {
  address += 1;
  const request = { ...aliceLogin, password: 'wrong', sourceIp: `address ${address}`, ...changes };
  return (await rejectionOf(login(request, world.tools))) as { code: string; retryAfterSeconds?: number };
};
const hashed = () => world.passwords.calls.length;

describe('an account', () => {
  test('whoever waits as asked gets 17 tries an hour, 408 a day', async () => {
    const perHour: number[] = [];
    for (const end = world.clock.nowMs() + day; world.clock.nowMs() < end; ) {
      const { retryAfterSeconds = 0 } = await guess();
      if (retryAfterSeconds === 0) {
        const index = 24 - Math.ceil((end - world.clock.nowMs()) / hour);
        perHour[index] = (perHour[index] ?? 0) + 1;
      }
      world.clock.advance(retryAfterSeconds * second);
    }
    expect(perHour).toEqual(Array.from({ length: 24 }, () => 17));
    expect(hashed()).toBe(408);
  });

  test('100,000 tries in a day, one each 0.864 s, get no further', async () => {
    for (let tries = 0; tries < 100_000; tries += 1) {
      await guess();
      world.clock.advance(864);
    }
    expect(hashed()).toBeLessThanOrEqual(408);
    expect(hashed()).toBeGreaterThan(360);
  });

  test('Retry-After is whole seconds, at least one, and never too short', async () => {
    for (let tries = 0; tries < 6; tries += 1) await guess();
    expect(await guess()).toMatchObject({ code: 'slow_down', retryAfterSeconds: 1 });
    world.clock.advance(second);
    expect(await guess()).toMatchObject({ code: 'invalid_grant' });
    const { retryAfterSeconds = 0 } = await guess();
    world.clock.advance((retryAfterSeconds - 1) * second);
    expect(await guess()).toMatchObject({ code: 'slow_down' });
    world.clock.advance(second);
    expect(await guess()).toMatchObject({ code: 'invalid_grant' });
  });

  test('is known to the table by a hash alone', async () => {
    await guess({ username: 'a password in the wrong field' });
    expect([...throttle.counters.keys()].join(' ')).toMatch(/^user:[\w-]{43}#\d+ address:/);
  });
});

test('a refused try does no work: no account is read, no password is hashed', async () => {
  for (let tries = 0; tries < 6; tries += 1) await guess();
  const calls: string[] = [];
  await expectRefusal(login(aliceLogin, around(world.tools, recording(calls))), 'slow_down', 'account_throttled');
  expect(calls).toEqual(['accounts.findSubject', 'throttle.countSlowing', 'throttle.countUpTo']);
});

test('a right password forgets the tries from the fourth on, and does not write before', async () => {
  const calls: string[] = [];
  const right = () => login(aliceLogin, around(world.tools, recording(calls)));
  for (let tries = 1; tries < loginLimits.resetFromTries; tries += 1) await right();
  expect(calls).not.toContain('throttle.reset');
  await right();
  expect(calls.filter((call) => call === 'throttle.reset')).toHaveLength(1);
  for (let tries = 0; tries < 6; tries += 1) expect(await guess()).toMatchObject({ code: 'invalid_grant' });
});

test('another user’s device counts for the device and for the account', async () => {
  const carol = { ...alice, subject: 'subject-of-carol', username: 'carol' };
  world = openWorld({ accounts: [alice, carol], tools: { throttle } });
  const { refreshToken } = await login({ ...aliceLogin, username: 'carol' }, world.tools);
  await guess({ earlierTokens: [refreshToken] });
  const counted = [...throttle.counters.keys()].map((key) => key.split(':')[0]);
  expect(counted.filter((kind) => kind === 'device')).toHaveLength(1);
  expect(counted.filter((kind) => kind === 'user')).toHaveLength(2);
});

describe('the network of an address', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1:2:3:4', 'fe80:0:0:0::/64'],
    ['1:2:3::4:5:6:7', '1:2:3:0::/64'],
  ])('%s is %s', (typed, network) => {
    expect(networkOf(typed)).toBe(network);
  });
});

test("a blocked login is told with whose account it is, where it is somebody's", async () => {
  for (const [username, subject] of [
    [aliceLogin.username, { subject: alice.subject }],
    ['nobody@example.com', {}],
  ] as const) {
    const world = openWorld({ tools: { throttle: new MemoryThrottle() } });
    const guess = () => rejectionOf(login({ ...aliceLogin, username, password: 'wrong' }, world.tools));
    for (let count = 0; count < 9; count += 1) await guess();
    expect(world.events.all).toEqual([
      { type: 'LoginBlocked', limit: 'account', sourceIp: aliceLogin.sourceIp, ...subject },
    ]);
  }
});
