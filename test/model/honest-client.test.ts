import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../lambda/core/errors.ts';
import { around, Crash, type Fate, recording } from '../support/around.ts';
import { check } from '../support/check.ts';
import { rejectionOf } from '../support/expect.ts';
import { refreshAs, type World } from '../support/world.ts';
import { fates, floorMs, graceMs, meeting, withSession } from './support.ts';

/** Tries until an answer arrives, all within the grace window of the first try. */
async function persist(world: World, token: string, tries: readonly (readonly Fate[])[]): Promise<string> {
  for (const fate of tries) {
    try {
      return (await refreshAs({ tools: around(world.tools, meeting(fate)) }, token)).refreshToken;
    } catch (error) {
      // A refusal would log the user out: only what is worth a retry may happen.
      if (!(error instanceof Unavailable || error instanceof Crash)) throw error;
    }
    world.clock.advance(Math.floor(graceMs / tries.length));
  }
  return (await refreshAs(world, token)).refreshToken;
}

/** The session goes on as if nothing had been. */
async function goesOn(world: World, token: string): Promise<void> {
  world.clock.advance(floorMs);
  expect(await refreshAs(world, token)).toMatchObject({ row: 'rotated' });
}

describe('invariant 3: no fault logs an honest client out when it retries within the grace window', () => {
  const everyFate: readonly Fate[] = ['drop', 'lose', 'duplicate', 'crash_before', 'crash_after'];

  test('every fault at every await point, and every second fault at every await point of the retry', async () => {
    const calls: string[] = [];
    const dry = await withSession(1);
    await refreshAs({ tools: around(dry.tools, recording(calls)) }, dry.newest);
    const single = calls.flatMap((_, at) => everyFate.map((fate) => [...Array(at).fill('pass'), fate] as Fate[]));
    expect(single.length).toBeGreaterThanOrEqual(25);
    const plans = [[], ...single.map((one) => [one]), ...single.flatMap((a) => single.map((b) => [a, b]))];
    for (const plan of plans) {
      const world = await withSession(1);
      await goesOn(world, await persist(world, world.newest, plan));
    }
  });

  test('many faults, many times over, for as long as the session lives', async () => {
    const life = fc.array(fc.array(fates, { maxLength: 4 }), { minLength: 1, maxLength: 5 });
    await check(300, [life], async (plans) => {
      const world = await withSession();
      let token = world.newest;
      for (const plan of plans) {
        token = await persist(world, token, plan);
        world.clock.advance(floorMs);
      }
      await goesOn(world, token);
    });
  });

  test('two functions whose clocks differ by up to five seconds', async () => {
    const skew = fc.integer({ min: -5000, max: 5000 });
    const tries = fc.array(fc.tuple(skew, fates), { minLength: 1, maxLength: 4 });
    await check(300, [tries], async (plan) => {
      const world = await withSession(1);
      const got = new Set<string>();
      for (const [ms, fate] of [...plan, [0, []] as const]) {
        const clock = { nowMs: () => world.clock.nowMs() + ms };
        const tools = around({ ...world.tools, clock }, meeting(fate));
        try {
          got.add((await refreshAs({ tools }, world.newest)).refreshToken);
        } catch (error) {
          if (!(error instanceof Unavailable || error instanceof Crash)) throw error;
        }
        world.clock.advance(Math.floor((graceMs - 10_000) / plan.length));
      }
      // Before the floor by its own clock a function may hand the old token back: never two new ones.
      expect([...got].filter((token) => token !== world.newest).length).toBeLessThanOrEqual(1);
      expect(world.session().status).toBe('active');
    });
  });

  test('the control: a moment after the window the same retry is reuse', async () => {
    const world = await withSession(1);
    await refreshAs(world, world.newest);
    world.clock.advance(graceMs + 1);
    expect(await rejectionOf(refreshAs(world, world.newest))).toMatchObject({ reason: 'token_reused' });
  });
});
