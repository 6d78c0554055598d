import { describe, expect, test, vi } from 'vitest';
import type { AccessTokenClaims } from '../../../lambda/core/access-token.ts';
import { verifyCaller } from '../../../lambda/core/caller.ts';
import { findUnsignable, requireGrant } from '../../../lambda/core/claims.ts';
import { changeEmail } from '../../../lambda/core/credentials.ts';
import { Unavailable } from '../../../lambda/core/errors.ts';
import { ExternalUsers } from '../../../lambda/core/external-users.ts';
import { login } from '../../../lambda/core/login.ts';
import { isOwnNetwork } from '../../../lambda/core/own-networks.ts';
import { revokeAllOf, revokeSubject } from '../../../lambda/core/revoke-subject.ts';
import { guessLimits, isUsedUp, nextTryAt } from '../../../lambda/core/throttle.ts';
import { countedName } from '../../../lambda/core/username.ts';
import { around } from '../../support/around.ts';
import { expectFault, expectRefusal, expectUnavailable } from '../../support/expect.ts';
import { MemoryThrottle } from '../../support/memory-throttle.ts';
import { alice, aliceLogin, claimsOf, day, minute, openWorld, refreshAs, type World } from '../../support/world.ts';

const boom = new TypeError('boom');

/** The world's tools, where one call fails or is answered by something else. */
const replacing = <T extends World['tools']>(tools: T, name: string, answer: () => unknown) =>
  around(tools, async (call, apply) => (call === name ? answer() : apply()));
const failing = (error: Error) => () => {
  throw error;
};

const verifier = { verify: async (token: string) => claimsOf(token) as unknown as AccessTokenClaims };

async function signedIn() {
  const world = openWorld({ tools: { throttle: new MemoryThrottle() } });
  const tokens = await login({ ...aliceLogin, deviceName: 'a phone' }, world.tools);
  const claims = claimsOf(tokens.accessToken) as unknown as AccessTokenClaims;
  return { world, tokens, claims, tools: { ...world.tools, verifier, isCommonPassword: () => false } };
}

describe('an error that is not a fault of a dependency is rethrown', () => {
  test('while the sessions of a subject are marked', async () => {
    const { tools } = await signedIn();
    const broken = replacing(tools, 'accounts.readWithSessions', failing(boom));
    await expect(revokeSubject(alice.subject, 'TheftSuspected', broken)).rejects.toBe(boom);
  });

  test('while the hash is renewed', async () => {
    const world = openWorld();
    world.passwords.version = 2;
    await expect(login(aliceLogin, replacing(world.tools, 'accounts.rehash', failing(boom)))).rejects.toBe(boom);
  });

  test('while attempts are refunded', async () => {
    const world = openWorld({ tools: { throttle: new MemoryThrottle() } });
    for (let tries = 1; tries < guessLimits.forgiveFromTotal; tries += 1) await login(aliceLogin, world.tools);
    await expect(login(aliceLogin, replacing(world.tools, 'throttle.forgive', failing(boom)))).rejects.toBe(boom);
  });
});

test('a refund that fails does not fail the login', async () => {
  const world = openWorld({ tools: { throttle: new MemoryThrottle() } });
  for (let tries = 1; tries < guessLimits.forgiveFromTotal; tries += 1) await login(aliceLogin, world.tools);
  const down = replacing(world.tools, 'throttle.forgive', failing(new Unavailable('store_unavailable')));
  expect(await login(aliceLogin, down)).toHaveProperty('accessToken');
});

describe('a caller', () => {
  test.each([
    [undefined, 'token_missing'],
    ['Basic YTpi', 'token_malformed'],
  ] as const)('with the Authorization header %j', async (header, reason) => {
    await expectRefusal(verifyCaller(header, verifier), 'invalid_token', reason);
  });

  test('with a bearer token is whom the verifier says', async () => {
    const { claims } = await signedIn();
    expect(await verifyCaller('Bearer token', { verify: async () => claims })).toBe(claims);
  });

  test('whose revoke-all the table does not apply tries again', async () => {
    const { claims, tools } = await signedIn();
    const lost = replacing(tools, 'accounts.revokeSessions', () => ({ applied: false, account: alice }));
    await expectUnavailable(revokeAllOf(claims, lost), 'race_lost');
  });

  test('whose new address cannot be stored changes nothing', async () => {
    const { claims, tools, world } = await signedIn();
    const request = { claims, currentPassword: aliceLogin.password, sourceIp: '192.0.2.1', newEmail: 'a@b.example' };
    const down = replacing(tools, 'accounts.moveEmail', failing(new Unavailable('store_unavailable')));
    await expectUnavailable(changeEmail(request, down), 'store_unavailable');
    expect(world.table.accounts.get(alice.subject)?.email).toBeUndefined();
  });
});

describe('claims', () => {
  test('that are not JSON have no path', () => {
    expect(findUnsignable(new Map())).toBe('claims');
    expect(findUnsignable(undefined)).toBe('claims');
  });

  test.each([
    ['a list', { claims: [], scopes: [] }, 'claims is not a JSON object'],
    ['no JSON value', { claims: { a: { b: Number.NaN } }, scopes: [] }, /^claim a\.b is not a JSON value/],
    ['too large', { claims: { a: 'x'.repeat(100_000) }, scopes: [] }, /bytes as JSON/],
  ])('%s is refused', (_name, grant, message) => {
    expect(() => requireGrant(grant as never)).toThrow(message);
  });
});

describe('a reuse', () => {
  test('tells the device; of two replays at once one is told', async () => {
    const { world, tokens, tools } = await signedIn();
    await refreshAs(world, tokens.refreshToken);
    world.clock.advance(minute);
    const parallel = replacing(tools, 'sessions.revoke', () => ({ outcome: 'unchanged', session: undefined }));
    await expectRefusal(refreshAs({ tools: parallel }, tokens.refreshToken), 'invalid_grant', 'token_reused');
    expect(JSON.stringify(world.events)).not.toContain('RefreshTokenReused');
    await expectRefusal(refreshAs(world, tokens.refreshToken), 'invalid_grant', 'token_reused');
    expect(JSON.stringify(world.events)).toContain('a phone');
  });
});

describe('a user in the team’s own store', () => {
  const subjects = (...list: string[]) => {
    let call = 0;
    return { verify: async () => ({ subject: list[Math.min(call++, list.length - 1)] ?? '', claims: {}, scopes: [] }) };
  };
  const as = (world: World, verify: ReturnType<typeof subjects>, accounts = world.tools.accounts) => ({
    ...world.tools,
    users: new ExternalUsers(accounts, verify, world.clock),
  });

  test('whose subject changes with every call is refused', async () => {
    const world = openWorld();
    await expectFault(login(aliceLogin, as(world, subjects('one', 'two', 'three'))), 'users_subject_unstable');
  });

  test('who is new is verified again, against the account that was read before', async () => {
    const world = openWorld();
    const verifier = subjects('new');
    const verify = vi.spyOn(verifier, 'verify');
    const read = vi.spyOn(world.tools.accounts, 'read');
    expect((await login(aliceLogin, as(world, verifier))).session.subject).toBe('new');
    const lastRead = read.mock.invocationCallOrder[read.mock.calls.findLastIndex(([subject]) => subject === 'new')];
    expect(lastRead).toBeLessThan(verify.mock.invocationCallOrder.at(-1) ?? 0);
  });

  test('with a wrong password is refused', async () => {
    const world = openWorld();
    const users = new ExternalUsers(world.tools.accounts, { verify: async () => undefined }, world.clock);
    await expectRefusal(login(aliceLogin, { ...world.tools, users }), 'invalid_grant', 'password_wrong');
  });

  test('whose account was deleted is refused', async () => {
    const world = openWorld();
    const { accounts } = replacing(world.tools, 'accounts.read', () => undefined);
    const gone = Object.assign(Object.create(accounts), { adopt: async () => false });
    await expectRefusal(login(aliceLogin, as(world, subjects('gone'), gone)), 'invalid_grant', 'user_disabled');
  });
});

describe('guessing', () => {
  test('an unknown user and one without networks have no network of their own', async () => {
    const { networks: _, ...without } = alice;
    const { tools } = openWorld({ accounts: [without] });
    expect(await isOwnNetwork('192.0.2.1', undefined, tools)).toBe(false);
    expect(await isOwnNetwork('192.0.2.1', alice.subject, tools)).toBe(false);
  });

  test('a pause ends at its time or at the longest, and a window is used up by its total or its reserve', () => {
    const limits = {
      windowMs: day,
      limit: 10,
      reserved: 4,
      reservedPerNetwork: 2,
      firstPauseMs: 1,
      toleranceMs: 5,
      maxPauseMs: 50,
    };
    expect(nextTryAt(100, 120, limits)).toBe(115);
    expect(nextTryAt(100, 900, limits)).toBe(145);
    expect([isUsedUp(10, 0, limits), isUsedUp(6, 2, limits), isUsedUp(6, 1, limits), isUsedUp(5, 9, limits)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('a name that no spelling allows has no counter of its own', () => {
    expect(countedName('x'.repeat(2000))).toBeUndefined();
    expect(countedName('   ')).toBeUndefined();
  });
});
