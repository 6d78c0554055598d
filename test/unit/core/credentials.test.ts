import { beforeEach, describe, expect, test } from 'vitest';
import type { AccessTokenClaims } from '../../../lambda/core/access-token.ts';
import { changeEmail, changePassword } from '../../../lambda/core/credentials.ts';
import { Unavailable } from '../../../lambda/core/errors.ts';
import type { TokenSet } from '../../../lambda/core/issue.ts';
import { login } from '../../../lambda/core/login.ts';
import { revokeSubject } from '../../../lambda/core/revoke-subject.ts';
import { wrongCredentials } from '../../../lambda/core/users.ts';
import { type Around, around, recording } from '../../support/around.ts';
import { expectRefusal, expectUnavailable, rejectionOf } from '../../support/expect.ts';
import { MemoryThrottle } from '../../support/memory-throttle.ts';
import { cheapHash } from '../../support/passwords.ts';
import { alice, aliceLogin, claimsOf, openWorld, refreshAs, type World } from '../../support/world.ts';

const verifier = { verify: () => Promise.reject(new Error('claims are verified already')) };
const next = 'another battery staple';

let world: World;
let own: TokenSet;
beforeEach(async () => {
  world = openWorld({ tools: { throttle: new MemoryThrottle() } });
  own = await login(aliceLogin, world.tools);
});

const tools = () => ({ ...world.tools, verifier, isCommonPassword: (password: string) => password === 'password1' });
const request = () => ({
  claims: claimsOf(own.accessToken) as unknown as AccessTokenClaims,
  currentPassword: 'correct horse',
  sourceIp: '192.0.2.1',
});
const change = (changes = {}, run: Around = (_call, apply) => apply()) =>
  changePassword({ ...request(), newPassword: next, ...changes }, around(tools(), run));
const account = () => world.table.accounts.get(alice.subject);

test('password, epoch and who is kept change in one write; the caller goes on in a new session', async () => {
  const calls: string[] = [];
  const { session, refreshToken } = await change({}, recording(calls));
  expect(account()).toMatchObject({
    passwordHash: cheapHash(next),
    epoch: alice.epoch + 1,
    kept: session.sessionId,
  });
  expect(calls.filter((call) => call === 'accounts.revokeSessions')).toHaveLength(1);
  expect(await refreshAs(world, refreshToken)).toMatchObject({ row: 'rotated' });
  expect(session.sessionId).not.toBe(own.session.sessionId);
  await expectRefusal(refreshAs(world, own.refreshToken), 'invalid_grant', 'session_revoked');
  await expectRefusal(login(aliceLogin, world.tools), 'invalid_grant', 'password_wrong');
});

test('an unusable hash gets the response of a wrong password, and its own reason in the log', async () => {
  world.table.changeAccount(alice.subject, (a) => ({ ...a, passwordHash: '$6$salt$hash' }));
  await expectRefusal(change(), 'access_denied', 'hash_unusable');
  const [unusable, wrong] = [await rejectionOf(login(aliceLogin, world.tools)), wrongCredentials('password_wrong')];
  expect(unusable).toMatchObject({ code: wrong.code, message: wrong.message, reason: 'hash_unusable' });
});

test('counting comes before hashing', async () => {
  const calls: string[] = [];
  await rejectionOf(change({ currentPassword: 'wrong' }, recording(calls)));
  const counted = Math.max(calls.indexOf('throttle.countSlowing'), calls.indexOf('throttle.countUpTo'));
  expect(counted).toBeGreaterThan(0);
  expect(calls.indexOf('passwords.verify')).toBeGreaterThan(counted);
});

test('tries in a row are slowed down, and the hash is not computed for them', async () => {
  const codes: string[] = [];
  for (let tries = 0; tries < 10; tries += 1) {
    const error = (await rejectionOf(change({ currentPassword: 'wrong' }))) as { code: string };
    codes.push(error.code);
  }
  expect(codes).toEqual([...Array(6).fill('access_denied'), ...Array(4).fill('slow_down')]);
  // One was the login's.
  expect(world.passwords.calls).toHaveLength(7);
});

test('a new password is checked only after the current one is verified, so the policy is not revealed', async () => {
  await expectRefusal(change({ currentPassword: 'wrong', newPassword: 'x' }), 'access_denied', 'password_wrong');
  for (const newPassword of ['short', 'password1', 'Alice@example.com', 'x'.repeat(257)]) {
    await expectRefusal(change({ newPassword }), 'invalid_request', 'password_refused');
  }
  expect(account()).toMatchObject({ passwordHash: alice.passwordHash, epoch: alice.epoch });
});

test('an address leaves the password alone', async () => {
  await changeEmail({ ...request(), newEmail: 'new@example.com' }, tools());
  const { passwordHash } = alice;
  expect(account()).toMatchObject({ email: 'new@example.com', passwordHash, epoch: alice.epoch + 1 });
  expect(world.events.all.at(-1)).toMatchObject({ type: 'SubjectRevoked', cause: 'EmailChanged' });
});

describe('races', () => {
  /** Does something once, just before the account is written. */
  const overtakenBy = (other: () => Promise<unknown>): Around => {
    let done = false;
    return async (call, apply) => {
      if (call === 'accounts.revokeSessions' && !done) {
        done = true;
        await other();
      }
      return apply();
    };
  };

  test('another change of the same password came first: this one is refused by the new hash', async () => {
    const racing = overtakenBy(() => change({ newPassword: 'the first of the two' }));
    await expectRefusal(change({}, racing), 'access_denied', 'password_wrong');
    expect(account()?.passwordHash).toBe(cheapHash('the first of the two'));
  });

  test('the session was ended in between: the change is still made, and its new session is alive', async () => {
    const racing = overtakenBy(() => revokeSubject(alice.subject, 'TheftSuspected', tools()));
    const { refreshToken } = await change({}, racing);
    expect(account()).toMatchObject({ passwordHash: cheapHash(next), epoch: alice.epoch + 2 });
    expect(await refreshAs(world, refreshToken)).toMatchObject({ row: 'rotated' });
  });

  test('the account was disabled in between: nothing changes, and no session is left', async () => {
    const racing = overtakenBy(() => revokeSubject(alice.subject, 'AccountDisabled', tools()));
    await expectRefusal(change({}, racing), 'invalid_token', 'session_revoked');
    expect(account()).toMatchObject({ passwordHash: alice.passwordHash, epoch: alice.epoch + 1 });
    expect([...world.table.sessions.values()].filter(({ session }) => session.status === 'active')).toEqual([]);
  });

  test('lost three times to a renewed hash: try again later, and nothing has changed', async () => {
    let version = 1;
    const racing: Around = async (call, apply) => {
      if (call === 'accounts.revokeSessions') {
        version += 1;
        const passwordHash = cheapHash('correct horse', version);
        world.table.changeAccount(alice.subject, (a) => ({ ...a, passwordHash }));
      }
      return apply();
    };
    await expectUnavailable(change({}, racing), 'race_lost');
    expect(account()?.passwordHash).toBe(cheapHash('correct horse', version));
  });
});

test('a change that has happened is told as such, whatever cannot be tidied up after it', async () => {
  for (let tries = 0; tries < 4; tries += 1) await rejectionOf(change({ currentPassword: 'wrong' }));
  const failing: Around = async (call, apply) => {
    if (call === 'throttle.reset' || call === 'sessions.revoke' || call === 'accounts.readWithSessions') {
      throw new Unavailable('store_unavailable');
    }
    return apply();
  };
  await change({}, failing);
  expect(account()?.passwordHash).toBe(cheapHash(next));
});
