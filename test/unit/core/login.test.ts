import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../../lambda/core/errors.ts';
import { type LoginRequest, login } from '../../../lambda/core/login.ts';
import { around, failingAt, recording } from '../../support/around.ts';
import { expectRefusal, expectUnavailable, rejectionOf } from '../../support/expect.ts';
import { cheapHash } from '../../support/passwords.ts';
import { alice, aliceLogin, claimsOf, defaultPolicy, openWorld, plainSigner, refreshAs } from '../../support/world.ts';

const bob = { ...alice, subject: 'subject-of-bob', username: 'bob', status: 'disabled' } as const;

test('a login opens a session that refreshes', async () => {
  const world = openWorld();
  const request: LoginRequest = { ...aliceLogin, channel: 'cookie', deviceName: 'Phone', userAgent: 'Browser/1' };
  const tokens = await login(request, world.tools);
  const nowMs = world.clock.nowMs();
  expect(world.table.session(alice.subject, tokens.session.sessionId)).toEqual({
    subject: alice.subject,
    sessionId: tokens.session.sessionId,
    generation: 0,
    currentHash: expect.stringMatching(/^[\w-]{43}$/),
    epoch: alice.epoch,
    scopes: alice.scopes,
    status: 'active',
    clientId: 'app',
    channel: 'cookie',
    createdAt: nowMs,
    rotatedAt: nowMs,
    absoluteExpiry: nowMs + defaultPolicy.absoluteMs,
    deviceName: 'Phone',
    userAgent: 'Browser/1',
  });
  expect(claimsOf(tokens.accessToken)).toMatchObject({ sub: alice.subject, sid: tokens.session.sessionId });
  expect(tokens).toMatchObject({ refreshTokenChanged: true, tokenType: 'Bearer', scopes: alice.scopes });
  expect(await refreshAs(world, tokens.refreshToken, { channel: 'cookie' })).toMatchObject({ row: 'rotated' });
});

test('the username is taken in any spelling', async () => {
  const tokens = await login({ ...aliceLogin, username: '  ALICE@Example.com ' }, openWorld().tools);
  expect(tokens.session.subject).toBe(alice.subject);
});

test('a password that a reset made logs in until it expires, and not in that millisecond', async () => {
  const world = openWorld();
  const passwordExpiresAt = world.clock.nowMs() + 1000;
  world.table.accounts.set(alice.subject, { ...alice, passwordExpiresAt });
  world.clock.advance(999);
  expect((await login(aliceLogin, world.tools)).session.subject).toBe(alice.subject);
  world.clock.advance(1);
  await expectRefusal(login(aliceLogin, world.tools), 'invalid_grant', 'password_expired');
});

describe('unknown user, wrong password, disabled user', () => {
  const refused = [
    ['user_unknown', { username: 'nobody@example.com' }],
    ['user_unknown', { username: 'white space is invalid' }],
    ['password_wrong', { password: 'wrong' }],
    ['user_disabled', { username: 'bob' }],
    ['password_wrong', { username: 'bob', password: 'wrong' }],
  ] as const;

  test.each(refused)('%s %j', async (reason, changes) => {
    const world = openWorld({ accounts: [alice, bob] });
    await expectRefusal(login({ ...aliceLogin, ...changes }, world.tools), 'invalid_grant', reason);
    expect(world.table.writes).toEqual([]);
  });

  test('one response, the same calls, one hash of the same cost', async () => {
    const seen = await Promise.all(
      refused.map(async ([, changes]) => {
        const world = openWorld({ accounts: [alice, bob] });
        const calls: string[] = [];
        const request = { ...aliceLogin, ...changes };
        const error = (await rejectionOf(login(request, around(world.tools, recording(calls))))) as Error;
        return JSON.stringify({ calls, message: error.message, verified: world.passwords.calls.length });
      }),
    );
    expect(new Set(seen).size).toBe(1);
    expect(seen[0]).toContain(
      '["accounts.findSubject","throttle.countSlowing","throttle.countUpTo","accounts.read","passwords.verify"]',
    );
  });
});

describe('rehash', () => {
  test('only when the parameters changed', async () => {
    const world = openWorld();
    await login(aliceLogin, world.tools);
    expect(world.table.accounts.get(alice.subject)).toBe(alice);
    world.passwords.version = 2;
    await login(aliceLogin, world.tools);
    expect(world.table.accounts.get(alice.subject)?.passwordHash).toBe(cheapHash('correct horse', 2));
    expect(await login(aliceLogin, world.tools)).toHaveProperty('accessToken');
  });

  test('a password that changed since it was verified does not come back', async () => {
    const world = openWorld();
    world.passwords.version = 2;
    const changed = cheapHash('new password', 2);
    const tools = around(world.tools, async (call, apply) => {
      if (call === 'accounts.rehash')
        world.table.changeAccount(alice.subject, (a) => ({ ...a, passwordHash: changed }));
      return apply();
    });
    await login(aliceLogin, tools);
    expect(world.table.accounts.get(alice.subject)?.passwordHash).toBe(changed);
  });
});

test('a login that read the account before revoke-all opens a session that is already dead', async () => {
  const world = openWorld();
  const tools = around(world.tools, async (call, apply) => {
    if (call === 'passwords.verify') world.table.changeAccount(alice.subject, (a) => ({ ...a, epoch: a.epoch + 1 }));
    return apply();
  });
  const tokens = await login(aliceLogin, tools);
  await expectRefusal(refreshAs(world, tokens.refreshToken), 'invalid_grant', 'account_dead');
});

describe('failures', () => {
  /** A login with everything: a replaced session, one to evict, a rehash. */
  async function fullLogin(run: Parameters<typeof around>[1]) {
    const world = openWorld({ tools: { maxSessionsPerUser: 1 } });
    const old = await login({ ...aliceLogin, channel: 'cookie' }, world.tools);
    world.clock.advance(1000);
    await login(aliceLogin, { ...world.tools, maxSessionsPerUser: 9 });
    world.passwords.version = 2;
    const request: LoginRequest = { ...aliceLogin, channel: 'cookie', earlierTokens: [old.refreshToken] };
    return { world, tokens: login(request, around(world.tools, run)) };
  }

  test('at any call: 503, or a login that works; housekeeping waits', async () => {
    const calls: string[] = [];
    await (await fullLogin(recording(calls))).tokens;
    expect(calls).toEqual([
      'refreshTokens.read',
      'accounts.findSubject',
      'throttle.countSlowing',
      'throttle.countUpTo',
      'accounts.read',
      'passwords.verify',
      'passwords.hash',
      'accounts.rehash',
      'refreshTokens.first',
      'signer.sign',
      'sessions.create',
      'sessions.list',
      'sessions.revoke',
      'sessions.revoke',
    ]);
    const housekeeping = [6, 7, 11, 12, 13];
    for (const index of calls.keys()) {
      const { world, tokens } = await fullLogin(failingAt(index, 'drop'));
      if (!housekeeping.includes(index)) {
        await expectUnavailable(tokens, 'store_unavailable');
      } else {
        const { refreshToken } = await tokens;
        expect(await refreshAs(world, refreshToken, { channel: 'cookie' })).toMatchObject({ row: 'rotated' });
      }
    }
  });

  test('an unavailable signer leaves no session behind', async () => {
    const world = openWorld({
      tools: { signer: { ...plainSigner, sign: () => Promise.reject(new Unavailable('keys_unavailable')) } },
    });
    await expectUnavailable(login(aliceLogin, world.tools), 'keys_unavailable');
    expect(world.table.writes).toEqual([]);
  });

  test('a server fault in the housekeeping is not swallowed', async () => {
    const { tokens } = await fullLogin(failingAt(13, 'crash_before'));
    expect(await rejectionOf(tokens)).toMatchObject({ name: 'Crash' });
  });
});
