import { describe, expect, test } from 'vitest';
import { type LoginRequest, login } from '../../../lambda/core/login.ts';
import { MemoryThrottle } from '../../support/memory-throttle.ts';
import { alice, aliceLogin, openWorld, type World } from '../../support/world.ts';

describe('several cookies', () => {
  async function withDevices() {
    const carol = { ...alice, subject: 'subject-of-carol', username: 'carol' };
    const world = openWorld({ accounts: [alice, carol] });
    const own = await login({ ...aliceLogin, channel: 'cookie' }, world.tools);
    const planted = await login({ ...aliceLogin, username: 'carol', channel: 'cookie' }, world.tools);
    const earlierTokens = ['x', planted.refreshToken, own.refreshToken, own.refreshToken];
    const request: LoginRequest = { ...aliceLogin, clientId: 'web', channel: 'cookie', earlierTokens };
    return { world, own, planted, request, carol };
  }

  test('the sessions of all genuine ones end, whichever client opened them', async () => {
    const { world, own, planted, request, carol } = await withDevices();
    await login(request, world.tools);
    expect(world.table.session(alice.subject, own.session.sessionId)?.revokedReason).toBe('replaced');
    expect(world.table.session(carol.subject, planted.session.sessionId)?.revokedReason).toBe('replaced');
  });
});

test('of cookies of several devices none shows a known one: any may have been planted', async () => {
  const throttle = new MemoryThrottle();
  const carol = { ...alice, subject: 'subject-of-carol', username: 'carol' };
  const world = openWorld({ accounts: [alice, carol], tools: { throttle } });
  const own = await login(aliceLogin, world.tools);
  const planted = await login({ ...aliceLogin, username: 'carol' }, world.tools);
  await login({ ...aliceLogin, earlierTokens: [own.refreshToken, planted.refreshToken] }, world.tools);
  expect([...throttle.counters.keys()].filter((key) => key.startsWith('device:'))).toEqual([]);
  await login({ ...aliceLogin, earlierTokens: [own.refreshToken] }, world.tools);
  expect([...throttle.counters.keys()].filter((key) => key.startsWith('device:'))).toHaveLength(1);
});

describe('a token in the body', () => {
  const later = (world: Pick<World, 'tools'>, clientId: string, earlierToken: string) =>
    login({ ...aliceLogin, clientId, earlierTokens: [earlierToken] }, world.tools);

  test('ends its session', async () => {
    const world = openWorld();
    const old = await login(aliceLogin, world.tools);
    await later(world, 'app', old.refreshToken);
    expect(world.table.session(alice.subject, old.session.sessionId)?.status).toBe('revoked');
  });

  test('ends none of another client: RFC 7009 §2.1', async () => {
    const world = openWorld();
    const old = await login(aliceLogin, world.tools);
    await later(world, 'other', old.refreshToken);
    expect(world.table.session(alice.subject, old.session.sessionId)?.status).toBe('active');
  });
});
