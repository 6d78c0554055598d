import fc from 'fast-check';
import { test } from 'vitest';
import { check } from '../support/check.ts';
import { absoluteMs, choices, fates, floorMs, graceMs, idleMs } from './support.ts';
import { type Action, WorldOfUsers } from './world-of-users.ts';

/** Invariants 1, 5 and 6 over whole histories: everything that can happen, in any order and at once. */

const what = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Action['what']>('refresh') },
  { weight: 4, arbitrary: fc.constant<Action['what']>('login') },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Action['what']>('revoke', 'revoke-all', 'keep-one', 'disable', 'enable', 'ttl', 'keys'),
  },
);

const action: fc.Arbitrary<Action> = fc.record({
  what,
  device: fc.nat({ max: 3 }),
  token: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 4 })),
  instance: fc.nat({ max: 1 }),
  fates,
});

const pause = fc.constantFrom(0, 1, 1000, graceMs, graceMs + 1, floorMs - 1, floorMs, idleMs - 1, idleMs, absoluteMs);

const history = fc.array(fc.tuple(fc.array(action, { minLength: 1, maxLength: 5 }), choices, pause), {
  minLength: 1,
  maxLength: 15,
});

test('no history breaks an invariant', async () => {
  await check(1500, [history], async (plan) => {
    const users = new WorldOfUsers();
    for (const [together, order, ms] of plan) {
      await users.doTogether(together, order);
      users.world.clock.advance(ms);
    }
  });
});
