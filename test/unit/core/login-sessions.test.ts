import { describe, expect, test } from 'vitest';
import { Fault, Unavailable } from '../../../lambda/core/errors.ts';
import { type LoginRequest, login } from '../../../lambda/core/login.ts';
import { around, recording } from '../../support/around.ts';
import { expectRefusal, expectUnavailable } from '../../support/expect.ts';
import { MemoryThrottle } from '../../support/memory-throttle.ts';
import { alice, aliceLogin, defaultPolicy, openWorld, refreshAs } from '../../support/world.ts';

/** Low, so that a right password is given back at once. */
const addressLimits = { triesPerAddress: 20, knownTriesPerAddress: 20 };

describe('the cap on sessions', () => {
  async function opened(count: number, options: Parameters<typeof openWorld>[0] = {}) {
    const world = openWorld({ ...options, tools: { maxSessionsPerUser: 3 } });
    const all = [];
    for (let index = 0; index < count; index += 1) {
      world.clock.advance(1000);
      all.push(await login({ ...aliceLogin, deviceName: `device ${index}` }, world.tools));
    }
    const live = () =>
      [...world.table.sessions.values()]
        .filter((row) => row.session.status === 'active')
        .map((row) => row.session.deviceName);
    return { ...world, all, live };
  }

  test('up to the cap all live', async () => {
    expect((await opened(3)).live()).toEqual(['device 0', 'device 1', 'device 2']);
  });

  test('over it the least recently used goes, never the new one', async () => {
    const world = await opened(3);
    world.clock.advance(1000);
    await refreshAs(world, world.all[0]?.refreshToken ?? '');
    await login({ ...aliceLogin, deviceName: 'new' }, world.tools);
    expect(world.live()).toEqual(['device 0', 'device 2', 'new']);
    expect(world.table.session(alice.subject, world.all[1]?.session.sessionId ?? '')?.revokedReason).toBe('evicted');
  });

  test('an expired session takes no place: nothing alive goes for it', async () => {
    const world = openWorld({ tools: { maxSessionsPerUser: 2 } });
    const { absoluteMs } = defaultPolicy;
    const first = await login({ ...aliceLogin, deviceName: 'first' }, world.tools);
    let token = first.refreshToken;
    // Used until its absolute end, so that it is not the least recently used.
    for (let left = absoluteMs; left > 86_400_000 * 7; left -= 86_400_000 * 7) {
      world.clock.advance(86_400_000 * 7);
      ({ refreshToken: token } = await refreshAs(world, token));
    }
    const second = await login({ ...aliceLogin, deviceName: 'second' }, world.tools);
    world.clock.advance(first.session.absoluteExpiry - world.clock.nowMs() - 60_000);
    await refreshAs(world, token);
    world.clock.advance(120_000);
    await login({ ...aliceLogin, deviceName: 'third' }, world.tools);
    expect(world.table.session(alice.subject, second.session.sessionId)?.status).toBe('active');
  });

  test('a cap of one keeps the new one alone', async () => {
    const world = await opened(3);
    const tokens = await login({ ...aliceLogin, deviceName: 'new' }, { ...world.tools, maxSessionsPerUser: 1 });
    expect(world.live()).toEqual(['new']);
    expect(await refreshAs(world, tokens.refreshToken)).toMatchObject({ row: 'rotated' });
  });

  test('dead sessions do not count: revoked, expired, of an earlier epoch', async () => {
    const world = await opened(3);
    await world.tools.sessions.revoke(alice.subject, world.all[0]?.session.sessionId ?? '', 'logged_out', 0);
    await login({ ...aliceLogin, deviceName: 'new' }, world.tools);
    expect(world.live()).toEqual(['device 1', 'device 2', 'new']);
    world.table.changeAccount(alice.subject, (account) => ({ ...account, epoch: account.epoch + 1 }));
    await login({ ...aliceLogin, deviceName: 'newer' }, world.tools);
    expect(world.live()).toEqual(['device 1', 'device 2', 'new', 'newer']);
    world.clock.advance(defaultPolicy.idleMs);
    await login({ ...aliceLogin, deviceName: 'newest' }, world.tools);
    expect(world.live()).toEqual(['device 1', 'device 2', 'new', 'newer', 'newest']);
  });

  test('a dead one in the middle does not cost an older one its place', async () => {
    const world = await opened(3);
    await world.tools.sessions.revoke(alice.subject, world.all[1]?.session.sessionId ?? '', 'logged_out', 0);
    await login({ ...aliceLogin, deviceName: 'new' }, world.tools);
    expect(world.live()).toEqual(['device 0', 'device 2', 'new']);
  });

  test('one that was used since it was read stays', async () => {
    const world = await opened(3);
    world.clock.advance(1000);
    const tools = around(world.tools, async (call, apply) => {
      if (call === 'sessions.create') await refreshAs(world, world.all[0]?.refreshToken ?? '');
      return apply();
    });
    await login({ ...aliceLogin, deviceName: 'new' }, tools);
    expect(world.live()).toEqual(['device 0', 'device 1', 'device 2', 'new']);
  });

  test('the session that the cookie replaces leaves its place to the new one', async () => {
    const world = await opened(3);
    const earlierToken = world.all[2]?.refreshToken ?? '';
    await login({ ...aliceLogin, channel: 'cookie', deviceName: 'new', earlierTokens: [earlierToken] }, world.tools);
    expect(world.live()).toEqual(['device 0', 'device 1', 'new']);
  });
});

describe('cookie mode replaces the session of the cookie', () => {
  test('of any generation, and of another user', async () => {
    const carol = { ...alice, subject: 'subject-of-carol', username: 'carol' };
    const world = openWorld({ accounts: [alice, carol] });
    const old = await login({ ...aliceLogin, username: 'carol', channel: 'cookie' }, world.tools);
    await refreshAs(world, old.refreshToken, { channel: 'cookie' });
    const request: LoginRequest = { ...aliceLogin, channel: 'cookie', earlierTokens: [old.refreshToken] };
    const tokens = await login(request, world.tools);
    const replaced = world.table.session(carol.subject, old.session.sessionId);
    expect(replaced).toMatchObject({ status: 'revoked', revokedReason: 'replaced' });
    expect(world.table.session(alice.subject, tokens.session.sessionId)?.status).toBe('active');
  });

  test.each(['', 'nonsense', 'pwl1.AA.AA'])(
    'a cookie that is not a genuine token is ignored: %j',
    async (earlierToken) => {
      const world = openWorld();
      await login({ ...aliceLogin, channel: 'cookie', earlierTokens: [earlierToken] }, world.tools);
      expect(world.table.writes.map((write) => write.method)).toEqual(['create']);
    },
  );

  test('a wrong password replaces nothing', async () => {
    const world = openWorld();
    const old = await login({ ...aliceLogin, channel: 'cookie' }, world.tools);
    const request: LoginRequest = {
      ...aliceLogin,
      password: 'wrong',
      channel: 'cookie',
      earlierTokens: [old.refreshToken],
    };
    await expectRefusal(login(request, world.tools), 'invalid_grant', 'password_wrong');
    expect(world.table.session(alice.subject, old.session.sessionId)?.status).toBe('active');
  });
});

describe('the session that a login replaces', () => {
  async function again(fate: Parameters<typeof around>[1]) {
    const world = openWorld();
    const old = await login(aliceLogin, world.tools);
    const request = { ...aliceLogin, earlierTokens: [old.refreshToken] };
    return { world, old, login: login(request, around(world.tools, fate)) };
  }

  test('a login whose session cannot be created leaves the old one alive', async () => {
    const { world, old, login } = await again((call, apply) =>
      call === 'sessions.create' ? Promise.reject(new Unavailable('store_unavailable')) : apply(),
    );
    await expectUnavailable(login, 'store_unavailable');
    expect(await refreshAs(world, old.refreshToken)).toMatchObject({ row: 'rotated' });
  });

  test.each([new Unavailable('store_unavailable'), new Fault('item_broken')])(
    'a login that cannot end the old session still succeeds: %s',
    async (error) => {
      const { world, login } = await again((call, apply) =>
        call === 'sessions.revoke' ? Promise.reject(error) : apply(),
      );
      expect(await refreshAs(world, (await login).refreshToken)).toMatchObject({ row: 'rotated' });
    },
  );

  test.each(['sessions.list', 'sessions.revoke', 'accounts.setNetworks', 'throttle.forgive', 'throttle.giveBack'])(
    'a login that created the new one succeeds, although %s fails permanently',
    async (name) => {
      const world = openWorld({ tools: { throttle: new MemoryThrottle(), addressLimits } });
      const old = await login(aliceLogin, world.tools);
      let failed = 0;
      const refused = around(world.tools, async (call, apply) => {
        if (call !== name) return apply();
        failed += 1;
        throw new Fault('store_refused');
      });
      for (let count = 0; count < 5; count += 1) {
        const request = { ...aliceLogin, ...(count === 4 && { earlierTokens: [old.refreshToken] }) };
        expect(await login({ ...request, sourceIp: '198.51.100.7' }, refused)).toHaveProperty('refreshToken');
        world.clock.advance(60_000);
      }
      expect(failed).toBeGreaterThan(0);
    },
  );

  test('it ends after the new one was created, never before', async () => {
    const calls: string[] = [];
    await (await again(recording(calls))).login;
    expect(calls.filter((call) => /create|revoke/.test(call))).toEqual(['sessions.create', 'sessions.revoke']);
  });
});
