import { afterAll, expect, test } from 'vitest';
import { login } from '../../lambda/core/login.ts';
import { revokeOthers, revokeSubject } from '../../lambda/core/revoke-subject.ts';
import { endSession } from '../../lambda/core/sessions.ts';
import { around, failingAt } from '../support/around.ts';
import { alice, aliceLogin, refreshAs } from '../support/world.ts';
import {
  type Coverage,
  changes,
  coverageHead,
  coverageRow,
  type Device,
  device,
  lives,
  opens,
  race,
  withDevices,
} from './race.ts';

/** Races over every order of their calls that a seed leads to; together well over 10,000 interleavings. */
const covered: Coverage[] = [];

afterAll(() => {
  const sum = covered.reduce((total, { runs }) => total + runs, 0);
  process.stdout.write(`${[coverageHead, ...covered.map(coverageRow), `${sum} interleavings`].join('\n')}\n`);
});

/** The tokens that a login or a change was answered with. */
const refreshTokenOf = (result: PromiseSettledResult<unknown> | undefined) =>
  (result as PromiseFulfilledResult<{ refreshToken: string }>).value.refreshToken;

const owner = ({ claims }: Device) => ({
  claims,
  currentPassword: aliceLogin.password,
  sourceIp: aliceLogin.sourceIp,
});

const status = (result: PromiseSettledResult<unknown> | undefined) => (result?.status === 'fulfilled' ? 'yes' : 'no');

test('a login with the old password that overlaps a password change opens nothing that lasts', async () => {
  const coverage = await race(
    'login with the old password / password change',
    3000,
    () => withDevices(2),
    (world, tools) => [changes(device(world, 0), 'a new password', tools()), () => login(aliceLogin, tools())],
    async (world, [changed, opened]) => {
      expect(changed?.status).toBe('fulfilled');
      if (opened?.status === 'fulfilled') {
        expect(await lives(world, (opened.value as { refreshToken: string }).refreshToken)).toBe(false);
      }
      expect(await lives(world, refreshTokenOf(changed))).toBe(true);
      for (const { refreshToken } of world.devices) expect(await lives(world, refreshToken)).toBe(false);
      expect(await opens(world, aliceLogin.password)).toBe(false);
      expect(await opens(world, 'a new password')).toBe(true);
      return `login answered: ${status(opened)}`;
    },
  );
  covered.push(coverage);
  expect([...coverage.outcomes.keys()].sort()).toEqual(['login answered: no', 'login answered: yes']);
});

test('of two password changes with the same old password exactly one takes effect', async () => {
  const coverage = await race(
    'password change / password change',
    3000,
    () => withDevices(2),
    (world, tools) => [
      changes(device(world, 0), 'password of one', tools()),
      changes(device(world, 1), 'password of two', tools()),
    ],
    async (world, [one, two]) => {
      expect([status(one), status(two)].sort()).toEqual(['no', 'yes']);
      const winner = status(one) === 'yes' ? 0 : 1;
      const loser = ([one, two][1 - winner] as PromiseRejectedResult).reason as { code: string };
      expect(['access_denied', 'invalid_token']).toContain(loser.code);
      expect(await opens(world, 'password of one')).toBe(winner === 0);
      expect(await opens(world, 'password of two')).toBe(winner === 1);
      expect(await lives(world, refreshTokenOf([one, two][winner]))).toBe(true);
      for (const { refreshToken } of world.devices) expect(await lives(world, refreshToken)).toBe(false);
      return `device ${winner + 1} wins`;
    },
  );
  covered.push(coverage);
  expect(coverage.outcomes.size).toBe(2);
});

test("a thief's last access token neither survives the victim's revoke-all nor undoes it", async () => {
  const coverage = await race(
    'revoke-all keeping the victim / keeping the thief',
    3000,
    () => withDevices(2),
    (world, tools) => [
      () => revokeOthers(owner(device(world, 0)), tools()),
      () => revokeOthers(owner(device(world, 1)), tools()),
      () => endSession(owner(device(world, 1)), device(world, 1).claims.sid, tools()),
    ],
    async (world, [victim, thief]) => {
      // Both are alive at the start, so either may come first; never do both have their way.
      expect(status(victim) === 'yes' && status(thief) === 'yes').toBe(false);
      if (status(victim) === 'yes') {
        expect(await lives(world, device(world, 1).refreshToken)).toBe(false);
        expect(await lives(world, device(world, 0).refreshToken)).toBe(true);
        const late = revokeOthers(owner(device(world, 1)), world.tools);
        await expect(late).rejects.toMatchObject({ code: 'invalid_token' });
      }
      return `victim ${status(victim)}, thief ${status(thief)}`;
    },
  );
  covered.push(coverage);
  expect(coverage.outcomes.size).toBeGreaterThan(1);
});

test('a refresh that overlaps revoke-all with keep_current: the kept one goes on, the other is dead', async () => {
  const coverage = await race(
    'refresh, refresh / revoke-all keeping one',
    3000,
    () => withDevices(2),
    (world, tools) => [
      () => refreshAs({ tools: tools() }, device(world, 0).refreshToken),
      () => refreshAs({ tools: tools() }, device(world, 1).refreshToken),
      () => revokeOthers(owner(device(world, 0)), tools()),
    ],
    async (world, [kept, other, revoked]) => {
      expect(status(revoked)).toBe('yes');
      expect(kept?.status).toBe('fulfilled');
      const next = (kept as PromiseFulfilledResult<{ refreshToken: string }>).value.refreshToken;
      expect(await lives(world, device(world, 0).refreshToken)).toBe(true);
      expect(await lives(world, next)).toBe(true);
      expect(await lives(world, device(world, 1).refreshToken)).toBe(false);
      if (other?.status === 'fulfilled') {
        expect(await lives(world, (other.value as { refreshToken: string }).refreshToken)).toBe(false);
      }
      return `the other refreshed: ${status(other)}`;
    },
  );
  covered.push(coverage);
  expect(coverage.outcomes.size).toBe(2);
});

test('a crash anywhere in revoke-all: once the account is written nothing old refreshes', async () => {
  for (const where of ['crash_before', 'crash_after'] as const) {
    for (let call = 0; call < 6; call += 1) {
      const world = await withDevices(3);
      await revokeSubject(alice.subject, 'TheftSuspected', around(world.tools, failingAt(call, where))).catch(() => {});
      const written = (await world.tools.accounts.read(alice.subject))?.epoch !== alice.epoch;
      expect(written).toBe(call > 0 || where === 'crash_after');
      for (const { refreshToken } of world.devices) expect(await lives(world, refreshToken)).toBe(!written);
    }
  }
});
