import { describe, expect, test, vi } from 'vitest';
import { login } from '../../../lambda/core/login.ts';
import { parseToken } from '../../../lambda/core/refresh-token.ts';
import { nodeCodec } from '../../../lambda/crypto/node-crypto.ts';
import { around, recording } from '../../support/around.ts';
import { expectRefusal } from '../../support/expect.ts';
import { alice, aliceLogin, claimsOf, day, defaultPolicy, openWorld, refreshAs } from '../../support/world.ts';

const { graceMs, floorMs, idleMs, absoluteMs } = defaultPolicy;

async function loggedIn(options: Parameters<typeof openWorld>[0] = {}) {
  const world = openWorld(options);
  const first = await login(aliceLogin, world.tools);
  const session = () => world.table.session(alice.subject, first.session.sessionId);
  return { ...world, first, session };
}

describe('the rows of protocol.md §5, end to end', () => {
  test('a rotation: the next generation, signed from the account', async () => {
    const world = await loggedIn();
    world.clock.advance(1000);
    const answer = await refreshAs(world, world.first.refreshToken);
    expect(answer).toMatchObject({
      row: 'rotated',
      refreshTokenChanged: true,
      tokenType: 'Bearer',
      expiresInSeconds: 600,
    });
    expect(parseToken(answer.refreshToken, nodeCodec)?.token).toMatchObject({
      keyId: 'k1',
      subject: alice.subject,
      sessionId: world.first.session.sessionId,
      generation: 1,
    });
    expect(world.session()).toMatchObject({ generation: 1, rotatedAt: world.clock.nowMs() });
    expect(claimsOf(answer.accessToken)).toMatchObject({
      sub: alice.subject,
      tenant: 'acme',
      scope: 'read write admin',
    });
  });

  test('a chain of rotations, each token one step further', async () => {
    const world = await loggedIn();
    let token = world.first.refreshToken;
    for (let generation = 1; generation <= 5; generation += 1) {
      world.clock.advance(floorMs);
      token = (await refreshAs(world, token)).refreshToken;
      expect(parseToken(token, nodeCodec)?.token.generation).toBe(generation);
    }
  });

  test('a retry within the grace window gets the byte-identical successor and writes nothing', async () => {
    const world = await loggedIn();
    const answer = await refreshAs(world, world.first.refreshToken);
    const writes = world.table.writes.length;
    world.clock.advance(graceMs);
    const again = await refreshAs(world, world.first.refreshToken);
    expect(again).toMatchObject({ row: 'retry', refreshToken: answer.refreshToken, refreshTokenChanged: true });
    expect(world.table.writes.length).toBe(writes);
  });

  test('too soon: the same refresh token again, and no cookie for it', async () => {
    const world = await loggedIn();
    const { refreshToken } = await refreshAs(world, world.first.refreshToken);
    const writes = world.table.writes.length;
    world.clock.advance(floorMs - 1);
    const early = await refreshAs(world, refreshToken);
    expect(early).toMatchObject({ row: 'too_soon', refreshToken, refreshTokenChanged: false });
    expect(world.table.writes.length).toBe(writes);
    world.clock.advance(1);
    expect(await refreshAs(world, refreshToken)).toMatchObject({ row: 'rotated' });
  });

  test('own write: the SDK repeated an update that had landed', async () => {
    const world = await loggedIn();
    const tools = around(world.tools, async (call, apply) => {
      const answer = await apply();
      return call === 'sessions.rotate' ? apply() : answer;
    });
    const answer = await refreshAs({ tools }, world.first.refreshToken);
    expect(answer.row).toBe('own_write');
    world.clock.advance(floorMs);
    expect(await refreshAs(world, answer.refreshToken)).toMatchObject({ row: 'rotated' });
  });

  test('reuse after the grace window ends the session for both parties', async () => {
    const world = await loggedIn();
    const { refreshToken } = await refreshAs(world, world.first.refreshToken);
    world.clock.advance(graceMs + 1);
    await expectRefusal(refreshAs(world, world.first.refreshToken), 'invalid_grant', 'token_reused');
    expect(world.session()).toMatchObject({ status: 'revoked', revokedReason: 'reused' });
    await expectRefusal(refreshAs(world, refreshToken), 'invalid_grant', 'session_revoked');
  });

  test('impossible: a restored backup ends no session', async () => {
    const world = await loggedIn();
    const backup = world.session();
    const { refreshToken } = await refreshAs(world, world.first.refreshToken);
    if (backup === undefined) throw new Error('no session');
    world.table.putSession('create', backup, 0);
    await expectRefusal(refreshAs(world, refreshToken), 'invalid_grant', 'token_impossible');
    expect(world.session()).toEqual(backup);
  });
});

test('a forged or malformed token costs no call but the read', async () => {
  const world = await loggedIn();
  const calls: string[] = [];
  const tools = around(world.tools, recording(calls));
  const forged = `${world.first.refreshToken.slice(0, -22)}AAAAAAAAAAAAAAAAAAAAAA`;
  await expectRefusal(refreshAs({ tools }, forged), 'invalid_grant', 'token_forged');
  expect(calls).toEqual(['refreshTokens.read']);
  await expectRefusal(refreshAs({ tools }, 'nonsense'), 'invalid_grant', 'token_malformed');
  expect(calls).toEqual(['refreshTokens.read', 'refreshTokens.read']);
});

test('a refresh is one write and one read, started together; the clock is read once', async () => {
  const world = await loggedIn();
  const started: string[] = [];
  let open = () => {};
  const both = new Promise<void>((resolve) => {
    open = resolve;
  });
  const tools = around(world.tools, async (call, apply) => {
    if (call !== 'sessions.rotate' && call !== 'accounts.read') return apply();
    started.push(call);
    if (started.length === 2) open();
    await both;
    return apply();
  });
  const nowMs = vi.fn(() => world.clock.nowMs());
  const clock = { nowMs };
  await refreshAs({ tools: { ...tools, clock } }, world.first.refreshToken);
  expect(started.toSorted()).toEqual(['accounts.read', 'sessions.rotate']);
  expect(nowMs).toHaveBeenCalledTimes(1);
});

describe('what writes nothing and sounds the same', () => {
  test.each([
    ['client_mismatch', { clientId: 'other' }],
    ['channel_mismatch', { channel: 'cookie' }],
  ] as const)('%s', async (reason, changes) => {
    const world = await loggedIn();
    const before = world.session();
    await expectRefusal(refreshAs(world, world.first.refreshToken, changes), 'invalid_grant', reason);
    expect(world.session()).toEqual(before);
  });

  test.each([
    ['idle', idleMs, 'session_expired'],
    ['absolute', absoluteMs, 'session_expired'],
  ] as const)('the %s lifetime is over', async (_, age, reason) => {
    const world = await loggedIn({ policy: { idleMs: age === idleMs ? idleMs : 2 * absoluteMs } });
    world.clock.advance(age);
    await expectRefusal(refreshAs(world, world.first.refreshToken), 'invalid_grant', reason);
    expect(world.session()).toMatchObject({ generation: 0 });
  });

  test('all users were logged out', async () => {
    const world = await loggedIn();
    world.clock.advance(day);
    const later = openWorld({ policy: { notBefore: world.clock.nowMs() } });
    const { createdAt } = world.first.session;
    later.table.putSession('create', { ...world.first.session, createdAt }, 0);
    later.clock.advance(day);
    await expectRefusal(refreshAs(later, world.first.refreshToken), 'invalid_grant', 'session_too_old');
  });
});

test('a session bound to a client key refreshes by that key alone, its access token bound as well', async () => {
  const world = await loggedIn();
  world.table.putSession('create', { ...world.first.session, jkt: 'thumbprint' }, 0);
  const { refreshToken } = world.first;
  await expectRefusal(refreshAs(world, refreshToken), 'invalid_grant', 'key_mismatch');
  await expectRefusal(refreshAs(world, refreshToken, { jkt: 'another' }), 'invalid_grant', 'key_mismatch');
  const answer = await refreshAs(world, refreshToken, { jkt: 'thumbprint' });
  expect(answer.tokenType).toBe('DPoP');
  expect(claimsOf(answer.accessToken).cnf).toEqual({ jkt: 'thumbprint' });
  world.clock.advance(idleMs - 1);
  const late = await refreshAs(world, refreshToken, { jkt: 'thumbprint' });
  expect(late).toMatchObject({ row: 'retry', refreshToken: answer.refreshToken });
});
