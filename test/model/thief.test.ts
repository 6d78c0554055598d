import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../lambda/core/errors.ts';
import { around, Crash } from '../support/around.ts';
import { check } from '../support/check.ts';
import { expectRefusal, rejectionOf } from '../support/expect.ts';
import { refreshAs, type World } from '../support/world.ts';
import { checkWrites, fates, floorMs, graceMs, idleMs, meeting, withSession } from './support.ts';

/** Uses a token as a client does: retries what is worth it. */
async function use(
  world: World,
  token: string,
  plan: readonly (typeof fates extends fc.Arbitrary<infer F> ? F : never)[],
) {
  for (const fate of plan) {
    try {
      return await refreshAs({ tools: around(world.tools, meeting(fate)) }, token);
    } catch (error) {
      if (!(error instanceof Unavailable || error instanceof Crash)) throw error;
    }
  }
  return refreshAs(world, token);
}

describe('invariant 4: two parties with copies of one token do not both stay', () => {
  const gap = fc.integer({ min: graceMs + floorMs + 1, max: idleMs - 1 });
  const turns = fc.array(fc.tuple(fc.boolean(), gap, fc.array(fates, { maxLength: 2 })), {
    minLength: 2,
    maxLength: 8,
  });

  test('the session ends at the next divergent use, for both', async () => {
    await check(500, [fc.nat({ max: 2 }), turns], async (rotations, plan) => {
      const world = await withSession(rotations);
      const tokens = new Map([
        [true, world.newest],
        [false, world.newest],
      ]);
      let lastToUse: boolean | undefined;
      for (const [who, pause, faults] of plan) {
        const token = tokens.get(who) ?? '';
        if (lastToUse !== undefined && who !== lastToUse) {
          // The other one has rotated since: this use diverges.
          const error = await rejectionOf(use(world, token, faults));
          expect(error).toMatchObject({ code: 'invalid_grant' });
          expect(world.session()).toMatchObject({ status: 'revoked', revokedReason: 'reused' });
          for (const left of tokens.values()) {
            await expectRefusal(refreshAs(world, left), 'invalid_grant', 'session_revoked');
          }
          checkWrites(world);
          return;
        }
        tokens.set(who, (await use(world, token, faults)).refreshToken);
        lastToUse = who;
        world.clock.advance(pause);
      }
    });
  });

  test('a thief with any older generation ends it as well', async () => {
    await check(100, [fc.integer({ min: 2, max: 5 }), fc.nat({ max: 4 })], async (rotations, generation) => {
      const world = await withSession(rotations);
      const stolen = world.tokens[generation % rotations] ?? '';
      await expectRefusal(refreshAs(world, stolen), 'invalid_grant', 'token_reused');
      await expectRefusal(refreshAs(world, world.newest), 'invalid_grant', 'session_revoked');
    });
  });

  test('however often a thief tries, a session that was ended stays ended', async () => {
    await check(100, [fc.array(fc.tuple(fc.nat({ max: 3 }), gap), { maxLength: 6 })], async (tries) => {
      const world = await withSession(3);
      await expectRefusal(refreshAs(world, world.tokens[0] ?? ''), 'invalid_grant', 'token_reused');
      for (const [generation, pause] of tries) {
        world.clock.advance(pause);
        expect(await rejectionOf(refreshAs(world, world.tokens[generation] ?? ''))).toMatchObject({
          code: 'invalid_grant',
        });
      }
      checkWrites(world);
    });
  });
});
