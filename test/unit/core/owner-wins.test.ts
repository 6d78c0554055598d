import { beforeEach, describe, expect, test } from 'vitest';
import type { AccessTokenClaims } from '../../../lambda/core/access-token.ts';
import { changePassword } from '../../../lambda/core/credentials.ts';
import { recentLoginMs } from '../../../lambda/core/current-password.ts';
import type { TokenSet } from '../../../lambda/core/issue.ts';
import { login } from '../../../lambda/core/login.ts';
import { revokeAllOf, revokeOthers } from '../../../lambda/core/revoke-subject.ts';
import { endSession } from '../../../lambda/core/sessions.ts';
import { expectRefusal, rejectionOf } from '../../support/expect.ts';
import { MemoryThrottle } from '../../support/memory-throttle.ts';
import { alice, aliceLogin, claimsOf, day, openWorld, refreshAs, second, type World } from '../../support/world.ts';

const verifier = { verify: () => Promise.reject(new Error('claims are verified already')) };
const next = 'another battery staple';
const tooOld = ['insufficient_user_authentication', 'login_too_old'] as const;

let world: World;
let stolen: TokenSet;
/** The owner's session, a copy of which the thief has. */
beforeEach(async () => {
  world = openWorld();
  stolen = await open();
});

const tools = () => ({ ...world.tools, verifier, isCommonPassword: () => false });
const open = async () => {
  world.clock.advance(1000);
  return login(aliceLogin, world.tools);
};
const claims = ({ accessToken }: TokenSet) => claimsOf(accessToken) as unknown as AccessTokenClaims;
const request = (tokens: TokenSet, currentPassword?: string) => ({
  claims: claims(tokens),
  sourceIp: '192.0.2.1',
  ...(currentPassword === undefined ? {} : { currentPassword }),
});
const keepOnly = (tokens: TokenSet, password?: string) => revokeOthers(request(tokens, password), tools());
const end = (by: TokenSet, { session }: TokenSet, password?: string) =>
  endSession(request(by, password), session.sessionId, tools());
const change = (tokens: TokenSet) =>
  changePassword({ ...request(tokens), currentPassword: aliceLogin.password, newPassword: next }, tools());
const isAlive = ({ refreshToken }: TokenSet) =>
  refreshAs(world, refreshToken).then(
    () => true,
    () => false,
  );

describe('a session without the password', () => {
  test('of an old login cannot end another session', async () => {
    const other = await open();
    world.clock.advance(recentLoginMs);
    await expectRefusal(keepOnly(stolen), ...tooOld);
    await expectRefusal(end(stolen, other), ...tooOld);
    await expectRefusal(end(other, stolen), ...tooOld);
    expect([await isAlive(stolen), await isAlive(other)]).toEqual([true, true]);
  });

  test('of a recent login ends older ones and never a newer one', async () => {
    const newer = await open();
    await expectRefusal(keepOnly(stolen), ...tooOld);
    await expectRefusal(end(stolen, newer), ...tooOld);
    await end(newer, stolen);
    expect([await isAlive(stolen), await isAlive(newer)]).toEqual([false, true]);
    const newest = await open();
    await keepOnly(newest);
    expect([await isAlive(newer), await isAlive(newest)]).toEqual([false, true]);
  });

  test('of the same millisecond is not newer: neither ends the other', async () => {
    const twin = await login(aliceLogin, world.tools);
    await expectRefusal(keepOnly(twin), ...tooOld);
    await expectRefusal(end(twin, stolen), ...tooOld);
    await expectRefusal(end(stolen, twin), ...tooOld);
  });

  test('ends itself, and everything with itself, at any age', async () => {
    const other = await open();
    world.clock.advance(day);
    await end(other, other);
    await revokeAllOf(claims(stolen), tools());
    expect([await isAlive(stolen), await isAlive(other)]).toEqual([false, false]);
  });

  test('cannot tell by the answer whose session an id is: what is not there is not found', async () => {
    world.clock.advance(day);
    await expectRefusal(endSession(request(stolen), 'A'.repeat(22), tools()), 'not_found', 'session_unknown');
  });
});

describe('a session with the password', () => {
  test('ends any other, however old its login', async () => {
    const [one, two] = [await open(), await open()];
    world.clock.advance(day);
    await end(stolen, one, aliceLogin.password);
    await keepOnly(stolen, aliceLogin.password);
    expect([await isAlive(one), await isAlive(two), await isAlive(stolen)]).toEqual([false, false, true]);
  });

  test('a wrong one ends nothing, although the login is recent', async () => {
    const other = await open();
    await expectRefusal(keepOnly(other, 'wrong'), 'access_denied', 'password_wrong');
    await expectRefusal(end(other, stolen, 'wrong'), 'access_denied', 'password_wrong');
    expect(await isAlive(stolen)).toBe(true);
  });

  test('is counted before it is verified', async () => {
    world = openWorld({ tools: { throttle: new MemoryThrottle() } });
    [stolen] = [await open()];
    const other = await open();
    const codes: unknown[] = [];
    for (let tries = 0; tries < 10; tries += 1) {
      codes.push(((await rejectionOf(end(stolen, other, 'wrong'))) as { code: string }).code);
    }
    expect(codes).toContain('slow_down');
    await expectRefusal(keepOnly(stolen, aliceLogin.password), 'slow_down', 'account_throttled');
  });
});

describe('a user in the team’s own store', () => {
  test('has no password here: the login has to be recent', async () => {
    world.table.changeAccount(alice.subject, ({ passwordHash: _, ...rest }) => rest);
    await keepOnly(stolen, 'anything');
    world.clock.advance(recentLoginMs);
    await expectRefusal(keepOnly(stolen, 'anything'), ...tooOld);
  });
});

describe('the owner who knows the password gets the thief out in two steps, a login and a change', () => {
  test('while the thief ends the others every five seconds, and the owner types for fifteen', async () => {
    world.clock.advance(day);
    const owner = await open();
    for (let count = 0; count < 3; count += 1) {
      world.clock.advance(5 * second);
      await rejectionOf(keepOnly(stolen));
      await rejectionOf(end(stolen, owner));
    }
    const changed = await change(owner);
    expect([await isAlive(stolen), await isAlive(owner), await isAlive(changed)]).toEqual([false, false, true]);
  });

  test('although the session was ended meanwhile, by whatever means', async () => {
    const owner = await open();
    await revokeAllOf(claims(stolen), tools());
    expect(await isAlive(owner)).toBe(false);
    expect(await isAlive(await change(owner))).toBe(true);
    await expectRefusal(login(aliceLogin, world.tools), 'invalid_grant', 'password_wrong');
  });

  test('a dead session of an older login changes nothing, right password or not', async () => {
    const owner = await open();
    world.clock.advance(recentLoginMs);
    await revokeAllOf(claims(stolen), tools());
    await expectRefusal(change(owner), 'invalid_token', 'session_revoked');
  });

  test('nor one of a disabled account, or from before everyone’s logout', async () => {
    const owner = await open();
    const sessionPolicy = { ...world.tools.sessionPolicy, notBefore: world.clock.nowMs() + 1 };
    const late = changePassword(
      { ...request(owner), currentPassword: aliceLogin.password, newPassword: next },
      { ...tools(), sessionPolicy },
    );
    await expectRefusal(late, 'invalid_token', 'session_too_old');
    world.table.changeAccount(alice.subject, (account) => ({ ...account, status: 'disabled' }));
    await expectRefusal(change(owner), 'invalid_token', 'account_dead');
  });
});
