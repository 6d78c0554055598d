import { describe, expect, test } from 'vitest';
import { login } from '../../lambda/core/login.ts';
import { alice, aliceLogin, claimsOf, openWorld, refreshAs } from '../support/world.ts';

async function loggedIn() {
  const world = openWorld();
  return { ...world, first: await login(aliceLogin, world.tools) };
}

describe('scope', () => {
  test.each([
    [undefined, 'read write admin'],
    [['write'], 'write'],
    [['write', 'read'], 'read write'],
    [['unknown'], ''],
  ])('asked for %j', async (scopes, granted) => {
    const world = await loggedIn();
    const answer = await refreshAs(world, world.first.refreshToken, { scopes });
    expect([answer.scopes.join(' '), claimsOf(answer.accessToken).scope]).toEqual([granted, granted]);
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
