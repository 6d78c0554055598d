import { expect, test } from 'vitest';
import { maxPruned, maxTombstones } from '../../../lambda/core/housekeeping.ts';
import { login } from '../../../lambda/core/login.ts';
import { revoke } from '../../../lambda/core/revoke.ts';
import { around, recording } from '../../support/around.ts';
import { rejectionOf } from '../../support/expect.ts';
import { alice, aliceLogin, openWorld, refreshAs, type World } from '../../support/world.ts';

const tombstones = ({ table }: World) =>
  [...table.sessions.values()].filter(({ session }) => session.status === 'revoked').length;

/** Logs in and out, again and again. */
async function inAndOut(world: World, times: number, everyMs: number) {
  for (let count = 0; count < times; count += 1) {
    world.clock.advance(everyMs);
    await revoke((await login(aliceLogin, world.tools)).refreshToken, 'app', world.tools);
  }
}

test('a day of logins and logouts leaves no more tombstones than are kept', async () => {
  const world = openWorld();
  await inAndOut(world, 1440, 60_000);
  expect(tombstones(world)).toBeLessThanOrEqual(maxTombstones + 1);
});

test('tombstones that came at once are gone after a few logins', async () => {
  const world = openWorld();
  await inAndOut(world, 120, 100);
  expect(tombstones(world)).toBe(120);
  world.clock.advance(60_000);
  await login(aliceLogin, world.tools);
  expect(tombstones(world)).toBe(120 - maxPruned);
  for (let count = 0; count < 3; count += 1) await login(aliceLogin, world.tools);
  expect(tombstones(world)).toBe(maxTombstones);
});

test('the oldest go, and a token of theirs is refused as before', async () => {
  const world = openWorld();
  const first = await login(aliceLogin, world.tools);
  await revoke(first.refreshToken, 'app', world.tools);
  const second = await login(aliceLogin, world.tools);
  world.clock.advance(2000);
  await revoke(second.refreshToken, 'app', world.tools);
  await inAndOut(world, maxTombstones - 1, 2000);
  world.clock.advance(60_000);
  await login(aliceLogin, world.tools);
  expect(world.table.session(alice.subject, first.session.sessionId)).toBeUndefined();
  expect(world.table.session(alice.subject, second.session.sessionId)?.status).toBe('revoked');
  for (const { refreshToken } of [first, second]) {
    expect(await rejectionOf(refreshAs(world, refreshToken))).toMatchObject({
      code: 'invalid_grant',
      message: 'The refresh token is not valid.',
    });
  }
});

test('a tombstone of less than a minute stays, so that a repeated write finds it', async () => {
  const world = openWorld();
  await inAndOut(world, maxTombstones + 20, 100);
  const before = tombstones(world);
  await login(aliceLogin, world.tools);
  expect(tombstones(world)).toBe(before);
});

test('a refused login reads only the account, however many sessions there are', async () => {
  const world = openWorld();
  await inAndOut(world, 5, 1000);
  const calls: string[] = [];
  await rejectionOf(login({ ...aliceLogin, password: 'wrong' }, around(world.tools, recording(calls))));
  expect(calls.filter((call) => /^(accounts|sessions)\./.test(call))).toEqual([
    'accounts.findSubject',
    'accounts.read',
  ]);
});

test('a login with nothing to tidy up makes one request for it', async () => {
  const world = openWorld();
  const calls: string[] = [];
  await login(aliceLogin, around(world.tools, recording(calls)));
  expect(calls.filter((call) => call.startsWith('sessions.'))).toEqual(['sessions.create', 'sessions.list']);
});
