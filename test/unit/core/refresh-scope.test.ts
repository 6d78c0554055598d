import { describe, expect, test } from 'vitest';
import { login } from '../../../lambda/core/login.ts';
import type { RefreshRequest } from '../../../lambda/core/refresh.ts';
import { revoke } from '../../../lambda/core/revoke.ts';
import { alice, aliceLogin, claimsOf, openWorld, refreshAs } from '../../support/world.ts';

type World = Awaited<ReturnType<typeof loggedIn>>;

async function loggedIn() {
  const world = openWorld();
  return { ...world, first: await login(aliceLogin, world.tools) };
}

describe('scope', () => {
  test.each([
    [undefined, 'read write admin'],
    [['write'], 'write'],
    [['write', 'read'], 'read write'],
    [['unknown', 'write'], 'write'],
  ])('asked for %j', async (scopes, granted) => {
    const world = await loggedIn();
    const answer = await refreshAs(world, world.first.refreshToken, { scopes });
    expect([answer.scopes.join(' '), claimsOf(answer.accessToken).scope]).toEqual([granted, granted]);
  });

  test('nothing but unknown ones: refused, and the session is where it was (RFC 6749 §5.2)', async () => {
    const world = await loggedIn();
    const before = [...world.table.sessions.values()].map((row) => structuredClone(row));
    for (const scopes of [['unknown'], ['Read'], ['unknown', 'other']]) {
      await expect(refreshAs(world, world.first.refreshToken, { scopes })).rejects.toMatchObject({
        code: 'invalid_scope',
        reason: 'scope_unknown',
      });
    }
    expect([...world.table.sessions.values()]).toEqual(before);
    // However late the client is, its token is the current one.
    world.clock.advance(3_600_000);
    expect((await refreshAs(world, world.first.refreshToken)).row).toBe('rotated');
  });

  test('a scope that the account has lost was granted: the answer says what is left', async () => {
    const world = await loggedIn();
    world.table.changeAccount(alice.subject, (account) => ({ ...account, scopes: ['read'] }));
    expect((await refreshAs(world, world.first.refreshToken, { scopes: ['admin'] })).scopes).toEqual([]);
  });

  test.each<[string, (world: World) => unknown, Partial<RefreshRequest>]>([
    ['a dead session', (world) => revoke(world.first.refreshToken, 'app', world.tools), {}],
    [
      'a dead account',
      (world) => world.table.changeAccount(alice.subject, (it) => ({ ...it, status: 'disabled' })),
      {},
    ],
    ['another client', () => undefined, { clientId: 'other' }],
    ['another channel', () => undefined, { channel: 'cookie' }],
    [
      'a token that was used',
      async (world) => {
        await refreshAs(world, world.first.refreshToken);
        world.clock.advance(60_000);
      },
      {},
    ],
  ])('%s hears that the token is not valid, whatever the scope', async (_, change, request) => {
    const world = await loggedIn();
    await change(world);
    await expect(refreshAs(world, world.first.refreshToken, { scopes: ['unknown'], ...request })).rejects.toMatchObject(
      { code: 'invalid_grant' },
    );
  });

  test('narrows with the account, and widens no further than the login', async () => {
    const world = await loggedIn();
    world.table.changeAccount(alice.subject, (account) => ({ ...account, scopes: ['write', 'new'] }));
    const answer = await refreshAs(world, world.first.refreshToken);
    expect(answer.scopes).toEqual(['write']);
    world.table.changeAccount(alice.subject, () => alice);
    expect((await refreshAs(world, world.first.refreshToken)).scopes).toEqual(['read', 'write', 'admin']);
  });
});
