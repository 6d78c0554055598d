import { describe, expect, test } from 'vitest';
import { login } from '../../../lambda/core/login.ts';
import { aliceLogin, claimsOf, day, defaultPolicy, minute, openWorld, refreshAs } from '../../support/world.ts';

const { idleMs, floorMs } = defaultPolicy;
const told = (idleSeconds: number, absoluteSeconds: number) => ({
  refreshTokenTimeoutSeconds: idleSeconds,
  authorizationExpiresInSeconds: absoluteSeconds,
});

describe('lifetimes in the token response (draft-ietf-oauth-refresh-token-expiration-03 §3.1)', () => {
  test('a login tells both in full', async () => {
    const world = openWorld();
    expect(await login(aliceLogin, world.tools)).toMatchObject(told(14 * 86_400, 90 * 86_400));
  });

  test('a refresh restarts the idle timeout; the absolute lifetime continues', async () => {
    const world = openWorld();
    const { refreshToken } = await login(aliceLogin, world.tools);
    world.clock.advance(2 * day);
    expect(await refreshAs(world, refreshToken)).toMatchObject(told(14 * 86_400, 88 * 86_400));
  });

  test('a token that is given back unchanged, and a retry, have been running since the rotation', async () => {
    const world = openWorld();
    const { refreshToken } = await login(aliceLogin, world.tools);
    const rotated = await refreshAs(world, refreshToken);
    world.clock.advance(10_000);
    const left = told(14 * 86_400 - 10, 90 * 86_400 - 10);
    expect(await refreshAs(world, refreshToken)).toMatchObject({ row: 'retry', ...left });
    expect(await refreshAs(world, rotated.refreshToken)).toMatchObject({ row: 'too_soon', ...left });
  });

  test('the idle timeout is never longer than the rest of the session', async () => {
    const world = openWorld({ policy: { idleMs: 7 * day, absoluteMs: 10 * day } });
    let { refreshToken } = await login(aliceLogin, world.tools);
    world.clock.advance(6 * day);
    const answer = await refreshAs(world, refreshToken);
    expect(answer).toMatchObject(told(4 * 86_400, 4 * 86_400));
    refreshToken = answer.refreshToken;
    world.clock.advance(4 * day - 1);
    expect(await refreshAs(world, refreshToken)).toMatchObject(told(0, 0));
  });

  test('a lifetime that was shortened since the login counts', async () => {
    const world = openWorld();
    const { refreshToken } = await login(aliceLogin, world.tools);
    const sessionPolicy = { ...world.tools.sessionPolicy, absoluteMs: 3 * day };
    world.clock.advance(floorMs);
    const answer = await refreshAs({ tools: { ...world.tools, sessionPolicy } }, refreshToken);
    expect(answer).toMatchObject(told(3 * 86_400 - 50, 3 * 86_400 - 50));
  });

  test('the access token ends with the session', async () => {
    const world = openWorld({ policy: { idleMs, absoluteMs: 20 * minute } });
    const { refreshToken, session } = await login(aliceLogin, world.tools);
    world.clock.advance(15 * minute);
    const answer = await refreshAs(world, refreshToken);
    const { iat, exp } = claimsOf(answer.accessToken) as { iat: number; exp: number };
    expect(exp).toBe(Math.ceil(session.absoluteExpiry / 1000));
    expect(answer.expiresInSeconds).toBe(exp - iat);
  });
});
