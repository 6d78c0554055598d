import { beforeEach, describe, expect, test } from 'vitest';
import { type LoginRequest, login } from '../../../lambda/core/login.ts';
import { guessLimits, windowOf } from '../../../lambda/core/throttle.ts';
import { around, recording } from '../../support/around.ts';
import { expectRefusal, rejectionOf } from '../../support/expect.ts';
import { MemoryThrottle } from '../../support/memory-throttle.ts';
import { alice, aliceLogin, minute, openWorld, second, type World } from '../../support/world.ts';

let world: World;
let throttle: MemoryThrottle;
beforeEach(() => {
  throttle = new MemoryThrottle();
  world = openWorld({ tools: { throttle } });
});

/** A wrong password from a stranger's address. */
const guess = async (changes: Partial<LoginRequest> = {}) => {
  const request = { ...aliceLogin, password: 'wrong', sourceIp: '203.0.113.1', ...changes };
  return (await rejectionOf(login(request, world.tools))) as { code: string; retryAfterSeconds?: number };
};
const right = (changes: Partial<LoginRequest> = {}) => login({ ...aliceLogin, ...changes }, world.tools);

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

test('the table contains only a hash of a username that was tried', async () => {
  await guess({ username: 'a password in the wrong field' });
  expect([...throttle.counters.keys()].join(' ')).toMatch(/^user:[\w-]{43}#\d+ address:/);
});

test('a refused try does no work: no account is read, no password is hashed', async () => {
  for (let tries = 0; tries < 6; tries += 1) await guess({ sourceIp: aliceLogin.sourceIp });
  const calls: string[] = [];
  await expectRefusal(login(aliceLogin, around(world.tools, recording(calls))), 'slow_down', 'account_throttled');
  expect(calls).toEqual(['accounts.findSubject', 'throttle.countSlowing', 'throttle.countUpTo']);
});

test('a right password forgives the tries from the fourth on, and does not write before', async () => {
  const calls: string[] = [];
  const recorded = () => login(aliceLogin, around(world.tools, recording(calls)));
  for (let tries = 1; tries < guessLimits.forgiveFromTotal; tries += 1) await recorded();
  expect(calls).not.toContain('throttle.forgive');
  await recorded();
  expect(calls.filter((call) => call === 'throttle.forgive')).toHaveLength(1);
  for (let tries = 0; tries < 6; tries += 1) {
    expect(await guess({ sourceIp: aliceLogin.sourceIp })).toMatchObject({ code: 'invalid_grant' });
  }
});

test('two users of one browser who log in in turn are never slowed down', async () => {
  const bob = { ...alice, subject: 'subject-of-bob', username: 'bob' };
  world = openWorld({ accounts: [alice, bob], tools: { throttle } });
  let earlier: string | undefined;
  for (let round = 0; round < 60; round += 1) {
    const username = round % 2 === 0 ? alice.username : bob.username;
    const tokens = await right({ username, channel: 'cookie', ...(earlier && { earlierTokens: [earlier] }) });
    earlier = tokens.refreshToken;
  }
});

describe('from one address', () => {
  const limit = 100;
  const useUp = async (changes: Partial<LoginRequest> = {}) => {
    for (let tries = 0; tries < limit; tries += 1) await guess({ username: `somebody-${tries}`, ...changes });
  };

  test('any number of right passwords is welcome', async () => {
    for (let count = 0; count < 5 * limit; count += 1) await right();
  });

  test('wrong ones are limited, and right ones in between take none of them back', async () => {
    let wrong = 0;
    for (let tries = 0; tries < 2 * limit; tries += 1) {
      const { code } = await guess({ username: `somebody-${tries}`, sourceIp: aliceLogin.sourceIp });
      if (code === 'invalid_grant') wrong += 1;
      if (tries < limit / 2) await right();
    }
    expect(wrong).toBeGreaterThanOrEqual(limit * 0.9 - 1);
    expect(wrong).toBeLessThanOrEqual(limit);
  });

  test('a known device is let in when strangers have used it up, up to a limit of its own', async () => {
    const { refreshToken } = await right();
    await useUp({ sourceIp: aliceLogin.sourceIp });
    await expectRefusal(right(), 'slow_down', 'address_throttled');
    expect(await right({ earlierTokens: [refreshToken] })).toHaveProperty('accessToken');
    world = openWorld({ tools: { throttle, addressLimits: { triesPerAddress: 10, knownTriesPerAddress: 20 } } });
    const codes: string[] = [];
    for (let tries = 0; tries < 25; tries += 1) {
      // A device of its own each time: the addresses' counter is what is left.
      const session = await login({ ...aliceLogin, sourceIp: `203.0.113.${tries}` }, world.tools);
      const known = { sourceIp: '198.51.100.1', earlierTokens: [session.refreshToken] };
      codes.push((await guess(known)).code);
    }
    expect(codes.filter((code) => code === 'invalid_grant')).toHaveLength(20);
  });

  test('the limits are settings', async () => {
    world = openWorld({ tools: { throttle, addressLimits: { triesPerAddress: 10, knownTriesPerAddress: 20 } } });
    const codes: string[] = [];
    for (let tries = 0; tries < 15; tries += 1) codes.push((await guess({ username: `somebody-${tries}` })).code);
    expect(codes.filter((code) => code === 'invalid_grant')).toHaveLength(10);
  });

  test('one IPv6 /48 gets ten times as much as one of its /64, however many of them it has', async () => {
    let wrong = 0;
    for (let tries = 0; tries < 3000; tries += 1) {
      const { code } = await guess({ username: `u${tries}`, sourceIp: `2001:db8:7:${tries.toString(16)}::1` });
      if (code === 'invalid_grant') wrong += 1;
    }
    expect(wrong).toBe(10 * limit);
    expect(await guess({ username: 'other', sourceIp: '2001:db8:8::1' })).toMatchObject({ code: 'invalid_grant' });
  });
});

test('a thief with a copy of a device’s token cannot lock the device out: it counts as a stranger then', async () => {
  const { refreshToken } = await right();
  const stolen = { sourceIp: '198.51.100.66', earlierTokens: [refreshToken] };
  let refused = 0;
  for (let tries = 0; tries < 200; tries += 1) if ((await guess(stolen)).code === 'slow_down') refused += 1;
  expect(refused).toBeGreaterThan(100);
  expect(await right({ sourceIp: '203.0.113.9', earlierTokens: [refreshToken] })).toHaveProperty('accessToken');
});

test('another user’s device is not a known device: the username is counted, and the address as a stranger’s', async () => {
  const carol = { ...alice, subject: 'subject-of-carol', username: 'carol' };
  world = openWorld({ accounts: [alice, carol], tools: { throttle } });
  const { refreshToken } = await right({ username: 'carol' });
  throttle.counters.clear();
  await guess({ earlierTokens: [refreshToken] });
  const counted = [...throttle.counters.keys()].map((key) => key.split(':')[0]);
  expect(counted).toEqual(['device', 'known', 'user', 'address']);
});

test('windows of different keys begin at different moments, and follow one another', () => {
  const hour = 60 * minute;
  const starts = new Set<number>();
  for (let index = 0; index < 200; index += 1) {
    const { number, endsAt } = windowOf(`user:${index}`, 1_900_000_123_457, hour);
    expect(endsAt).toBeGreaterThan(1_900_000_123_457);
    expect(endsAt - hour).toBeLessThanOrEqual(1_900_000_123_457);
    expect(windowOf(`user:${index}`, endsAt - 1, hour).number).toBe(number);
    expect(windowOf(`user:${index}`, endsAt, hour)).toEqual({ number: number + 1, endsAt: endsAt + hour });
    starts.add(Math.floor((endsAt % hour) / minute));
  }
  expect(starts.size).toBeGreaterThan(40);
});

test('a blocked login is published with its account, if the username exists', async () => {
  for (const [username, subject] of [
    [aliceLogin.username, { subject: alice.subject }],
    ['nobody@example.com', {}],
  ] as const) {
    world = openWorld({ tools: { throttle: new MemoryThrottle() } });
    for (let count = 0; count < 9; count += 1) await guess({ username });
    expect(world.events.all).toEqual([{ type: 'LoginBlocked', limit: 'account', sourceIp: '203.0.113.1', ...subject }]);
  }
});
