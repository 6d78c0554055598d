import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Refreshed } from '../../lambda/core/refresh.ts';
import { around } from '../support/around.ts';
import { check } from '../support/check.ts';
import { Scheduler } from '../support/scheduler.ts';
import { refreshAs } from '../support/world.ts';
import { checkWrites, choices, fates, floorMs, graceMs, meeting, nested, Released, withSession } from './support.ts';

/** Time that passes between two steps: sums that stay inside the grace window, however many steps there are. */
const shortTicks = fc.array(fc.nat({ max: 150 }), { maxLength: 60 });

function answersOf(results: readonly PromiseSettledResult<Refreshed>[]): Refreshed[] {
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

describe('invariant 1', () => {
  test('one secret rotates a session, and a token has only one successor', async () => {
    const lot = fc.tuple(fc.nat({ max: 2 }), fates, fc.boolean());
    const party = fc.array(lot, { minLength: 2, maxLength: 6 });
    const rounds = fc.array(fc.tuple(party, choices, fc.constantFrom(0, 1, graceMs, floorMs, floorMs + graceMs)), {
      minLength: 1,
      maxLength: 3,
    });
    await check(400, [fc.nat({ max: 2 }), rounds], async (rotations, plan) => {
      const world = await withSession(rotations);
      const released = new Released();
      for (const token of world.tokens) released.add(token);
      const held = [...world.tokens];
      for (const [parties, order, pause] of plan) {
        const scheduler = new Scheduler(order);
        const tasks = parties.map(([age, ownFates, goesOn]) => async () => {
          const tools = around(world.tools, nested(scheduler.around, meeting(ownFates)));
          const answer = await refreshAs({ tools }, held.at(-1 - age) ?? world.newest);
          return goesOn ? refreshAs({ tools }, answer.refreshToken) : answer;
        });
        for (const { refreshToken } of answersOf(await scheduler.run(tasks))) {
          released.add(refreshToken);
          held.push(refreshToken);
        }
        world.clock.advance(pause);
      }
      checkWrites(world);
    });
  });
});

describe('invariant 2', () => {
  test('parallel refreshes with one token inside the grace window all get the same token', async () => {
    const others = fc.array(fc.boolean(), { minLength: 2, maxLength: 12 });
    await check(400, [fc.nat({ max: 2 }), others, choices, shortTicks], async (rotations, goOn, order, ticks) => {
      const world = await withSession(rotations);
      const scheduler = new Scheduler(order);
      const tools = around(world.tools, scheduler.around);
      let step = 0;
      const tick = () => {
        world.clock.advance(ticks[step] ?? 0);
        step += 1;
      };
      const got: string[] = [];
      const tasks = goOn.map((goesOn) => async () => {
        const { refreshToken } = await refreshAs({ tools }, world.newest);
        got.push(refreshToken);
        // Whatever the others do next: some use their new token at once.
        if (goesOn) expect((await refreshAs({ tools }, refreshToken)).refreshToken).toBe(refreshToken);
      });
      const results = await scheduler.run(tasks, tick);
      expect(results.filter((result) => result.status === 'rejected')).toEqual([]);
      expect(new Set(got).size).toBe(1);
      expect(world.session().generation).toBe(rotations + 1);
    });
  });

  test('to the last moment of the window', async () => {
    const world = await withSession(1);
    const { refreshToken } = await refreshAs(world, world.newest);
    world.clock.advance(graceMs);
    const all = await Promise.all(Array.from({ length: 20 }, () => refreshAs(world, world.newest)));
    expect(new Set(all.map((answer) => answer.refreshToken))).toEqual(new Set([refreshToken]));
  });
});
