import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { login } from '../../lambda/core/login.ts';
import { revokeSubject } from '../../lambda/core/revoke-subject.ts';
import { around } from '../support/around.ts';
import { check } from '../support/check.ts';
import { rejectionOf } from '../support/expect.ts';
import { cheapHash } from '../support/passwords.ts';
import { Scheduler } from '../support/scheduler.ts';
import { alice, aliceLogin, refreshAs } from '../support/world.ts';
import { checkWrites, choices, fates, floorMs, meeting, nested, withSession } from './support.ts';

describe('invariant 5', () => {
  const racers = fc.array(fc.tuple(fc.constantFrom('refresh', 'login', 'revoke-all'), fates), {
    minLength: 1,
    maxLength: 6,
  });

  test('what is from before revoke-all never refreshes after it returned, whatever raced with it', async () => {
    await check(500, [fc.nat({ max: 2 }), racers, choices, fc.boolean()], async (rotations, plan, order, keep) => {
      const world = await withSession(rotations);
      const spared = await login(aliceLogin, world.tools);
      world.clock.advance(floorMs);
      const scheduler = new Scheduler(order);
      const released: string[] = [world.newest];
      const revokeAll = async () => {
        const kept = keep ? { kept: spared.session.sessionId } : {};
        await around(world.tools, scheduler.around).accounts.revokeSessions({ subject: alice.subject, ...kept });
      };
      const tasks = plan.map(([what, faults]) => async () => {
        const tools = around(world.tools, nested(scheduler.around, meeting(faults)));
        if (what === 'revoke-all') return void (await revokeSubject(alice.subject, 'TheftSuspected', tools));
        const { refreshToken } =
          what === 'login' ? await login(aliceLogin, tools) : await refreshAs({ tools }, world.newest);
        released.push(refreshToken);
      });
      await scheduler.run([...tasks, revokeAll]);
      // One more, so that every session of the race is from before one that has returned.
      await world.tools.accounts.revokeSessions({ subject: alice.subject });
      world.clock.advance(floorMs);
      for (const token of released) {
        expect(await rejectionOf(refreshAs(world, token))).toMatchObject({ code: 'invalid_grant' });
      }
      checkWrites(world);
    });
  });

  test('a login or refresh that overlaps it leaves nothing that refreshes afterwards', async () => {
    await check(500, [choices, fates, fc.boolean()], async (order, faults, keep) => {
      const world = await withSession(1);
      const spared = await login(aliceLogin, world.tools);
      const scheduler = new Scheduler(order);
      const tools = around(world.tools, scheduler.around);
      const faulty = around(world.tools, nested(scheduler.around, meeting(faults)));
      let readBefore = true;
      const watching = around(faulty, (call, apply) => (call === 'accounts.read' ? note(apply) : apply()));
      // Which epoch the login read decides: the read, not its start or end.
      const note = async (apply: () => Promise<unknown>) => {
        const answer = (await apply()) as { epoch: number };
        readBefore = answer.epoch === alice.epoch;
        return answer;
      };
      const results = await scheduler.run<{ refreshToken: string } | undefined>([
        () => login(aliceLogin, watching),
        () => refreshAs({ tools: faulty }, world.newest),
        async () => {
          const kept = keep ? { kept: spared.session.sessionId } : {};
          await tools.accounts.revokeSessions({ subject: alice.subject, ...kept });
          return undefined;
        },
      ]);
      world.clock.advance(floorMs);
      const [opened, refreshed] = results.map((one) =>
        one.status === 'fulfilled' ? one.value?.refreshToken : undefined,
      );
      const fate = async (token: string) =>
        refreshAs(world, token).then(
          () => 'alive',
          () => 'dead',
        );
      if (opened !== undefined) expect(await fate(opened)).toBe(readBefore ? 'dead' : 'alive');
      if (refreshed !== undefined) expect(await fate(refreshed)).toBe('dead');
      expect(await fate(world.newest)).toBe('dead');
      expect(await fate(spared.refreshToken)).toBe(keep ? 'alive' : 'dead');
    });
  });

  test('no ended session comes back, whichever session later revocations keep', async () => {
    const kept = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 6 });
    await check(200, [kept], async (plan) => {
      const world = await withSession();
      const tokens = [world.newest];
      for (let count = 0; count < 2; count += 1) tokens.push((await login(aliceLogin, world.tools)).refreshToken);
      const dead = new Set<number>();
      for (const index of plan) {
        const living = index < tokens.length && !dead.has(index) ? index : undefined;
        const sessions = [...world.table.sessions.values()].map((row) => row.session.sessionId);
        const keep = living === undefined ? {} : { kept: sessions[living] ?? '' };
        await world.tools.accounts.revokeSessions({ subject: alice.subject, ...keep });
        for (const [other] of tokens.entries()) if (other !== living) dead.add(other);
        for (const [other, token] of tokens.entries()) {
          world.clock.advance(1);
          const answer = await refreshAs(world, token).then(
            ({ refreshToken }) => refreshToken,
            () => undefined,
          );
          expect(answer === undefined).toBe(dead.has(other));
        }
      }
    });
  });
});

test('invariant 10: of concurrent changes that verified one password exactly one takes effect', async () => {
  await check(200, [fc.integer({ min: 2, max: 6 }), choices], async (count, order) => {
    const world = await withSession();
    const scheduler = new Scheduler(order);
    const { accounts } = around(world.tools, scheduler.around);
    const change = (index: number) => async () => {
      const account = await accounts.read(alice.subject);
      const { epoch = 0, passwordHash = '' } = account ?? {};
      if (passwordHash !== cheapHash('correct horse')) return false;
      const set = { passwordHash: cheapHash(`new ${index}`) };
      return (await accounts.revokeSessions({ subject: alice.subject, set, onlyIf: { epoch, passwordHash } })).applied;
    };
    const results = await scheduler.run(Array.from({ length: count }, (_, index) => change(index)));
    expect(results.filter((one) => one.status === 'fulfilled' && one.value).length).toBe(1);
    expect((await accountOf(world))?.epoch).toBe(alice.epoch + 1);
  });
});

type Opened = Awaited<ReturnType<typeof withSession>>;

const accountOf = (world: Opened) => world.tools.accounts.read(alice.subject);
