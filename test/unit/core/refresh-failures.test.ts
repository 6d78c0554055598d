import { describe, expect, test } from 'vitest';
import type { Account } from '../../../lambda/core/account.ts';
import { Unavailable } from '../../../lambda/core/errors.ts';
import { login } from '../../../lambda/core/login.ts';
import { around, failingAt, recording } from '../../support/around.ts';
import { expectFault, expectRefusal, expectUnavailable } from '../../support/expect.ts';
import { ratchetRing, refreshTokensOf, ringRatchetKeys } from '../../support/keys.ts';
import { alice, aliceLogin, defaultPolicy, openWorld, refreshAs, type World } from '../../support/world.ts';

const { floorMs } = defaultPolicy;

/** A session at generation 1 that may rotate again, its token and the token before. */
async function rotatedOnce() {
  const world = openWorld();
  const first = await login(aliceLogin, world.tools);
  const second = await refreshAs(world, first.refreshToken);
  const session = () => world.table.session(alice.subject, first.session.sessionId);
  return { ...world, session, previous: first.refreshToken, current: second.refreshToken };
}

type Case = Awaited<ReturnType<typeof rotatedOnce>>;

/** How each row that yields tokens comes about. */
const rows: Readonly<Record<string, (world: Case) => { token: string; world: Pick<World, 'tools'> }>> = {
  rotated: (world) => {
    world.clock.advance(floorMs);
    return { token: world.current, world };
  },
  own_write: (world) => {
    world.clock.advance(floorMs);
    const tools = around(world.tools, async (call, apply) => {
      const answer = await apply();
      return call === 'sessions.rotate' ? apply() : answer;
    });
    return { token: world.current, world: { tools } };
  },
  too_soon: (world) => ({ token: world.current, world }),
  retry: (world) => ({ token: world.previous, world }),
};

describe.each(Object.keys(rows))('row %s', (row) => {
  const prepare = async () => {
    const world = await rotatedOnce();
    return { ...world, ...rows[row]?.(world) } as Case & { token: string; world: Pick<World, 'tools'> };
  };

  test('comes about as planned', async () => {
    const { token, world } = await prepare();
    expect(await refreshAs(world, token)).toMatchObject({ row });
  });

  test('a failure at any call is 503 and never a refusal; the retry succeeds', async () => {
    const calls: string[] = [];
    const dry = await prepare();
    await refreshAs({ tools: around(dry.world.tools, recording(calls)) }, dry.token);
    expect(calls.length).toBeGreaterThanOrEqual(5);
    for (const index of calls.keys()) {
      for (const fate of ['drop', 'lose'] as const) {
        const { world, token, session, tools } = await prepare();
        const failing = around(world.tools, failingAt(index, fate));
        await expectUnavailable(refreshAs({ tools: failing }, token), 'store_unavailable');
        expect(session()?.status).toBe('active');
        expect(await refreshAs({ tools }, token)).toHaveProperty('refreshToken');
      }
    }
  });

  test.each<[string, (account: Account) => Account]>([
    ['disabled', (account) => ({ ...account, status: 'disabled' })],
    ['revoked since', (account) => ({ ...account, epoch: account.epoch + 1 })],
    ['revoked since, another session kept', (account) => ({ ...account, epoch: account.epoch + 1, kept: 'another' })],
  ])('account %s: no token leaves, and the session is over', async (_, change) => {
    const { world, token, session, table, tools } = await prepare();
    table.changeAccount(alice.subject, change);
    await expectRefusal(refreshAs(world, token), 'invalid_grant', 'account_dead');
    expect(session()).toMatchObject({ status: 'revoked', revokedReason: 'account_dead' });
    await expectRefusal(refreshAs({ tools }, token), 'invalid_grant', 'session_revoked');
  });

  test('account gone', async () => {
    const { world, token, table } = await prepare();
    table.accounts.clear();
    await expectRefusal(refreshAs(world, token), 'invalid_grant', 'account_dead');
  });

  test('the session that revoke-all kept goes on', async () => {
    const { world, token, session, table } = await prepare();
    const kept = session()?.sessionId ?? '';
    table.changeAccount(alice.subject, (account) => ({ ...account, epoch: account.epoch + 1, kept }));
    expect(await refreshAs(world, token)).toMatchObject({ row });
  });

  test('the tombstone of a dead account cannot be written: 503, and still no token', async () => {
    const { world, token, table } = await prepare();
    table.changeAccount(alice.subject, (account) => ({ ...account, status: 'disabled' }));
    const failing = around(world.tools, async (call, apply) => {
      if (call === 'sessions.revoke') throw new Unavailable('store_unavailable');
      return apply();
    });
    await expectUnavailable(refreshAs({ tools: failing }, token), 'store_unavailable');
  });
});

test('a dead account does not tombstone a session of a newer epoch', async () => {
  const { current, table, tools, session, clock } = await rotatedOnce();
  clock.advance(floorMs);
  table.changeAccount(alice.subject, (account) => ({ ...account, status: 'disabled' }));
  const changing = around(tools, async (call, apply) => {
    const seen = session();
    if (call === 'sessions.revoke' && seen !== undefined) table.putSession('create', { ...seen, epoch: 99 }, 0);
    return apply();
  });
  await expectRefusal(refreshAs({ tools: changing }, current), 'invalid_grant', 'account_dead');
  expect(session()?.status).toBe('active');
});

describe('reuse', () => {
  test('that cannot be written down is 503, not a refusal that leaves the thief in', async () => {
    const { previous, session, clock, tools } = await rotatedOnce();
    clock.advance(floorMs);
    const failing = around(tools, async (call, apply) => {
      if (call === 'sessions.revoke') throw new Unavailable('store_unavailable');
      return apply();
    });
    await expectUnavailable(refreshAs({ tools: failing }, previous), 'store_unavailable');
    await expectRefusal(refreshAs({ tools }, previous), 'invalid_grant', 'token_reused');
    expect(session()?.status).toBe('revoked');
  });
});

describe('what says nothing about the client is 503, never reuse', () => {
  test('the ring is down before anything is read', async () => {
    const { previous, tools } = await rotatedOnce();
    const calls: string[] = [];
    const failing = around(tools, (call, apply) => {
      calls.push(call);
      return call === 'refreshTokens.read' ? Promise.reject(new Unavailable('keys_unavailable')) : apply();
    });
    await expectUnavailable(refreshAs({ tools: failing }, previous), 'keys_unavailable');
    expect(calls).toEqual(['refreshTokens.read']);
  });

  test('the key of the last rotation is gone', async () => {
    const { previous, table, session, tools } = await rotatedOnce();
    const before = session();
    if (before === undefined) throw new Error('no session');
    table.putSession('create', { ...before, keyId: 'gone' }, 0);
    await expectUnavailable(refreshAs({ tools }, previous), 'ratchet_key_gone');
    expect(session()?.status).toBe('active');
  });

  test.each<[string, object, 'item_broken' | 'successor_mismatch']>([
    ['no nonce', { nonce: undefined }, 'item_broken'],
    ['no key id', { keyId: undefined }, 'item_broken'],
    ['a nonce that is not base64url', { nonce: '=' }, 'item_broken'],
    ['another nonce', { nonce: 'AAAA' }, 'successor_mismatch'],
    ['the hash of another successor', { currentHash: 'AAAA' }, 'successor_mismatch'],
  ])('an item that contradicts itself: %s', async (_, changes, reason) => {
    const { previous, table, session, tools } = await rotatedOnce();
    table.putSession('create', { ...session(), ...changes } as NonNullable<ReturnType<typeof session>>, 0);
    await expectFault(refreshAs({ tools }, previous), reason);
    expect(session()?.status).toBe('active');
  });

  test('a store that refuses for no reason', async () => {
    const { current, session, clock, tools } = await rotatedOnce();
    clock.advance(floorMs);
    const failing = around(tools, async (call, apply) =>
      call === 'sessions.rotate' ? { applied: false, session: session() } : apply(),
    );
    await expectUnavailable(refreshAs({ tools: failing }, current), 'condition_unexplained');
  });
});

test('a retry is answered across a rotation of the ratchet keys', async () => {
  const { previous, current, tools, clock } = await rotatedOnce();
  const rotated = { ...tools, refreshTokens: refreshTokensOf(ringRatchetKeys(ratchetRing('k2', 'k3', ['k1']), clock)) };
  expect(await refreshAs({ tools: rotated }, previous)).toMatchObject({ row: 'retry', refreshToken: current });
  clock.advance(floorMs);
  expect(await refreshAs({ tools: rotated }, current)).toMatchObject({ row: 'rotated' });
});
