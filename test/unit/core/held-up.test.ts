import { expect, test } from 'vitest';
import { login } from '../../../lambda/core/login.ts';
import { revokeSubject } from '../../../lambda/core/revoke-subject.ts';
import { around } from '../../support/around.ts';
import { accessTokenPolicy, alice, aliceLogin, claimsOf, openWorld, refreshAs, second } from '../../support/world.ts';

const { ttlSeconds } = accessTokenPolicy;

/**
 * The stated time until a revocation is complete holds however slow a function is: a token that was signed after the
 * revocation, from an account that was read before it, ends within the TTL of the revocation.
 */

/** Holds up the call after which the account is known, and revokes every session meanwhile. */
function heldUp(world: ReturnType<typeof openWorld>, after: string) {
  const revoked = { atMs: Number.NaN };
  const tools = around(world.tools, async (call, apply) => {
    const answer = await apply();
    if (call !== after) return answer;
    world.clock.advance(1);
    revoked.atMs = world.clock.nowMs();
    await revokeSubject(alice.subject, 'AdminForcedLogout', world.tools);
    world.clock.advance(8 * second);
    return answer;
  });
  return { tools, revoked };
}

test.each(['accounts.read', 'passwords.verify', 'refreshTokens.first'])(
  'a login that is held up at %s: exp is at most the TTL after the revocation',
  async (after) => {
    const world = openWorld();
    const { tools, revoked } = heldUp(world, after);
    const { accessToken } = await login(aliceLogin, tools);
    const { iat, exp } = claimsOf(accessToken) as { iat: number; exp: number };
    expect(exp - revoked.atMs / 1000).toBeLessThanOrEqual(ttlSeconds);
    expect(exp - iat).toBe(ttlSeconds);
  },
);

test.each(['accounts.read', 'signer.sign'])(
  'a refresh that is held up at %s: exp is at most the TTL after the revocation',
  async (after) => {
    const world = openWorld();
    const { refreshToken } = await login(aliceLogin, world.tools);
    const { tools, revoked } = heldUp(world, after);
    const { accessToken } = await refreshAs({ tools }, refreshToken);
    expect(Number(claimsOf(accessToken).exp) - revoked.atMs / 1000).toBeLessThanOrEqual(ttlSeconds);
  },
);
