import { describe, expect, test } from 'vitest';
import { login } from '../../../lambda/core/login.ts';
import { revoke, revokeCookies } from '../../../lambda/core/revoke.ts';
import { around, failingAt, recording } from '../../support/around.ts';
import { expectRefusal, expectUnavailable } from '../../support/expect.ts';
import { alice, aliceLogin, day, defaultPolicy, openWorld, refreshAs } from '../../support/world.ts';

async function loggedIn() {
  const world = openWorld();
  const first = await login(aliceLogin, world.tools);
  const { sessionId } = first.session;
  return { ...world, first, sessionId, session: () => world.table.session(alice.subject, sessionId) };
}

test('the session is over, and its token with it', async () => {
  const world = await loggedIn();
  const { sessionId } = world;
  expect(await revoke(world.first.refreshToken, 'app', world.tools)).toEqual({ outcome: 'revoked', sessionId });
  expect(world.session()).toMatchObject({ status: 'revoked', revokedReason: 'logged_out' });
  await expectRefusal(refreshAs(world, world.first.refreshToken), 'invalid_grant', 'session_revoked');
});

test('a token of any generation ends it', async () => {
  const world = await loggedIn();
  let { refreshToken } = world.first;
  for (let count = 0; count < 3; count += 1) {
    world.clock.advance(defaultPolicy.floorMs);
    ({ refreshToken } = await refreshAs(world, refreshToken));
  }
  expect(await revoke(world.first.refreshToken, 'app', world.tools)).toMatchObject({ outcome: 'revoked' });
  await expectRefusal(refreshAs(world, refreshToken), 'invalid_grant', 'session_revoked');
});

describe('no error, nothing written', () => {
  test.each(['', 'nonsense', 'pwl1.AA.AA', 'eyJhbGciOiJFUzI1NiJ9.e30.AA'])('unknown token %j', async (token) => {
    const world = await loggedIn();
    const calls: string[] = [];
    expect(await revoke(token, 'app', around(world.tools, recording(calls)))).toEqual({ outcome: 'unknown_token' });
    expect(calls).toEqual(['refreshTokens.read']);
  });

  test('a forged tag costs no table call', async () => {
    const world = await loggedIn();
    const calls: string[] = [];
    const forged = `${world.first.refreshToken.slice(0, -22)}AAAAAAAAAAAAAAAAAAAAAA`;
    expect(await revoke(forged, 'app', around(world.tools, recording(calls)))).toEqual({ outcome: 'unknown_token' });
    expect(calls).toEqual(['refreshTokens.read']);
  });

  test('already dead', async () => {
    const world = await loggedIn();
    await revoke(world.first.refreshToken, 'app', world.tools);
    const before = world.session();
    world.clock.advance(day);
    const again = await revoke(world.first.refreshToken, 'app', world.tools);
    expect(again).toEqual({ outcome: 'already_dead', sessionId: world.sessionId });
    expect(world.session()).toEqual(before);
  });

  test('a dead session of another client', async () => {
    const world = await loggedIn();
    await revoke(world.first.refreshToken, 'app', world.tools);
    expect(await revoke(world.first.refreshToken, 'other', world.tools)).toMatchObject({ outcome: 'already_dead' });
  });

  test('deleted: it does not come back as a tombstone', async () => {
    const world = await loggedIn();
    world.table.deleteSession(alice.subject, world.sessionId);
    expect(await revoke(world.first.refreshToken, 'app', world.tools)).toMatchObject({ outcome: 'already_dead' });
    expect(world.session()).toBeUndefined();
  });
});

test('a token of another client is refused, and the session lives: RFC 7009 §2.1', async () => {
  const world = await loggedIn();
  await expectRefusal(revoke(world.first.refreshToken, 'other', world.tools), 'invalid_grant', 'client_mismatch');
  expect(world.session()?.status).toBe('active');
});

test('the SDK repeated the write: still 200', async () => {
  const world = await loggedIn();
  const tools = around(world.tools, failingAt(1, 'duplicate'));
  expect(await revoke(world.first.refreshToken, 'app', tools)).toMatchObject({ outcome: 'already_dead' });
  expect(world.session()?.status).toBe('revoked');
});

test.each([0, 1])('call %i fails: 503, and the retry ends the session', async (index) => {
  const world = await loggedIn();
  const failing = around(world.tools, failingAt(index, 'lose'));
  await expectUnavailable(revoke(world.first.refreshToken, 'app', failing), 'store_unavailable');
  await revoke(world.first.refreshToken, 'app', world.tools);
  expect(world.session()?.status).toBe('revoked');
});

describe('a logout by cookie', () => {
  test('ends the sessions of all tokens, whichever client opened them, and says what it did', async () => {
    const world = await loggedIn();
    const second = await login({ ...aliceLogin, clientId: 'web' }, world.tools);
    const tokens = ['x', world.first.refreshToken, second.refreshToken];
    expect(await revokeCookies(tokens, world.tools)).toMatchObject({ outcome: 'revoked' });
    for (const { session } of [world.first, second])
      expect(world.table.session(alice.subject, session.sessionId)?.status).toBe('revoked');
    expect(await revokeCookies(tokens, world.tools)).toMatchObject({ outcome: 'already_dead' });
  });

  test.each([[[]], [['x', 'pwl1.AA.AA']]])('of nothing that is ours: %j', async (tokens) => {
    expect(await revokeCookies(tokens, (await loggedIn()).tools)).toEqual({ outcome: 'unknown_token' });
  });
});
