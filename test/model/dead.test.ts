import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseToken } from '../../lambda/core/refresh-token.ts';
import { revoke } from '../../lambda/core/revoke.ts';
import { nodeCodec } from '../../lambda/crypto/node-crypto.ts';
import { around, recording } from '../support/around.ts';
import { check } from '../support/check.ts';
import { rejectionOf } from '../support/expect.ts';
import { Scheduler } from '../support/scheduler.ts';
import { refreshAs } from '../support/world.ts';
import { checkWrites, choices, fates, floorMs, idleMs, meeting, nested, withSession } from './support.ts';

describe('invariant 6: ended sessions do not rotate and do not come back', () => {
  // Short enough for a session in steady use to meet its absolute end.
  const policy = { absoluteMs: idleMs + 2 * floorMs };
  const tick = fc.constantFrom(0, 1, floorMs, idleMs - 1, idleMs, idleMs + 1);
  const step = fc.tuple(fc.constantFrom('refresh', 'revoke', 'ttl'), tick, fates);

  test('whatever TTL deletion does, and whenever', async () => {
    await check(500, [fc.array(step, { minLength: 1, maxLength: 8 })], async (plan) => {
      const world = await withSession(0, { policy });
      let token = world.newest;
      const end = world.session().absoluteExpiry;
      let rotatedAt = world.session().rotatedAt;
      let dead = false;
      for (const [what, pause, faults] of plan) {
        world.clock.advance(pause);
        const now = world.clock.nowMs();
        dead ||= now >= end || now >= rotatedAt + idleMs;
        const tools = around(world.tools, meeting(faults));
        if (what === 'ttl') {
          world.table.deleteSession(world.subject, world.sessionId);
          dead = true;
          continue;
        }
        if (what === 'revoke') await rejectionOrAnswer(revoke(token, 'app', tools));
        else {
          const answer = await rejectionOrAnswer(refreshAs({ tools }, token));
          if (answer !== undefined) {
            expect(dead).toBe(false);
            token = answer.refreshToken;
          }
        }
        const session = world.table.session(world.subject, world.sessionId);
        expect(session === undefined || session.absoluteExpiry === end).toBe(true);
        if (session === undefined) expect(dead).toBe(true);
        if (session?.status === 'revoked') dead = true;
        rotatedAt = session?.rotatedAt ?? rotatedAt;
      }
      if (dead) await rejectionOf(refreshAs(world, token));
      checkWrites(world);
    });
  });

  test('a revocation in the middle of any refreshes ends the session', async () => {
    await check(400, [fc.array(fates, { minLength: 1, maxLength: 5 }), choices], async (parties, order) => {
      const world = await withSession(1);
      const scheduler = new Scheduler(order);
      const released: string[] = [];
      await scheduler.run<unknown>([
        () => revoke(world.newest, 'app', around(world.tools, scheduler.around)),
        ...parties.map((faults) => async () => {
          const tools = around(world.tools, nested(scheduler.around, meeting(faults)));
          released.push((await refreshAs({ tools }, world.newest)).refreshToken);
        }),
      ]);
      world.clock.advance(floorMs);
      expect(world.session().status).toBe('revoked');
      for (const token of [world.newest, ...released]) await rejectionOf(refreshAs(world, token));
      checkWrites(world);
    });
  });
});

describe('invariant 7: a forged token costs no table call', () => {
  test('cut, spliced, changed or made up', async () => {
    const world = await withSession(2);
    const stranger = await withSession(1, { seed: 'stranger' });
    const [, body = '', tag = ''] = world.newest.split('.');
    const [, otherBody = '', otherTag = ''] = stranger.newest.split('.');
    const forged = fc.oneof(
      fc.tuple(fc.nat(), fc.nat({ max: 63 })).map(([at, by]) => changed(world.newest, at, by)),
      fc.nat({ max: world.newest.length - 1 }).map((length) => world.newest.slice(0, length)),
      fc.constantFrom(`pwl1.${body}.${otherTag}`, `pwl1.${otherBody}.${tag}`),
      fc.string({ maxLength: 600 }),
      fc.base64String({ maxLength: 300 }).map((text) => `pwl1.${text.replace(/[=+/]/g, '')}.AAAAAAAAAAAAAAAAAAAAAA`),
    );
    const calls: string[] = [];
    const tools = around(world.tools, recording(calls));
    await check(3000, [forged], async (token) => {
      if (token === world.newest) return;
      await rejectionOf(refreshAs({ tools }, token));
      expect(await revoke(token, 'app', tools)).toEqual({ outcome: 'unknown_token' });
    });
    expect(calls.filter((call) => !call.startsWith('refreshTokens.'))).toEqual([]);
    expect(parseToken(world.newest, nodeCodec)).toBeDefined();
  });
});

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function changed(token: string, at: number, by: number): string {
  const index = at % token.length;
  return token.slice(0, index) + letters[by] + token.slice(index + 1);
}

async function rejectionOrAnswer<T>(promise: Promise<T>): Promise<T | undefined> {
  return promise.then(
    (answer) => answer,
    () => undefined,
  );
}
