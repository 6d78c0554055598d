import { beforeEach, describe, expect, test } from 'vitest';
import { type LoginRequest, login } from '../../../lambda/core/login.ts';
import { guessLimits } from '../../../lambda/core/throttle.ts';
import { MemoryThrottle } from '../../support/memory-throttle.ts';
import { aliceLogin, day, openWorld, second, type World } from '../../support/world.ts';

/** Right passwords never slow a user down: docs/limits.md. */

let throttle: MemoryThrottle;
let world: World;
beforeEach(() => {
  throttle = new MemoryThrottle();
  world = openWorld({ tools: { throttle } });
});

const right = (changes: Partial<LoginRequest> = {}) => login({ ...aliceLogin, ...changes }, world.tools);

/** Logs in with a wrong password, waiting as asked. @returns the seconds waited */
async function mistype(changes: Partial<LoginRequest> = {}): Promise<number> {
  for (let waited = 0; ; ) {
    const error = await right({ password: 'wrong', ...changes }).catch((thrown) => thrown);
    if (error.code === 'invalid_grant') return waited;
    expect(error).toMatchObject({ code: 'slow_down' });
    world.clock.advance(error.retryAfterSeconds * second);
    waited += error.retryAfterSeconds;
  }
}

async function typos(count: number): Promise<number[]> {
  const waits: number[] = [];
  for (let typed = 0; typed < count; typed += 1) waits.push(await mistype());
  return waits;
}

describe('the user’s own logins do not use up the tries', () => {
  const elsewhere = (index: number) => ({ sourceIp: `203.0.113.${index}` });
  test.each<[string, () => Promise<unknown>]>([
    ['24 right logins', () => repeat(24, () => right())],
    ['500 right logins', () => repeat(500, () => right())],
    ['250 right logins from 100 networks', () => repeat(250, (index) => right(elsewhere(index % 100)))],
    ['15 right logins from 5 networks', () => repeat(15, (index) => right(elsewhere(index % 5)))],
    ['20 right logins at once', () => Promise.all(Array.from({ length: 20 }, (_, index) => right(elsewhere(index))))],
  ])('%s, then typos: the waits are minutes, and the right password works', async (_name, before) => {
    await before();
    const waits = await typos(11);
    expect(Math.max(...waits)).toBeLessThanOrEqual(14 * 60);
    world.clock.advance(guessLimits.username.maxPauseMs);
    expect(await right()).toHaveProperty('accessToken');
    expect(waits.reduce((sum, wait) => sum + wait, 0) * second).toBeLessThan(day / 24);
  });

  test('from the fourth typo on, the waits are those of a user who never logged in', async () => {
    await repeat(24, () => right());
    const waits = await typos(11);
    throttle.counters.clear();
    expect(waits).toEqual(await typos(11));
  });

  test('no matter how typos and right passwords alternate, only the typos are counted', async () => {
    let typed = 0;
    for (let round = 0; round < 12; round += 1) {
      await repeat(round % 7, () => right());
      await mistype();
      typed += 1;
      await right();
    }
    const [counter] = [...throttle.counters].filter(([key]) => key.startsWith('user:')).map(([, value]) => value);
    expect(counter?.total).toBeGreaterThanOrEqual(typed);
    expect(counter?.total).toBeLessThan(typed + guessLimits.forgiveFromTotal);
  });

  test('nor the attempts of earlier networks, after strangers have used up the others', async () => {
    for (let index = 0; index < 50; index += 1) for (const _ of [1, 2]) await mistype(elsewhere(index));
    await repeat(60, () => right());
    expect(await typos(5)).toEqual([0, 0, 0, 0, 0]);
    expect(await right()).toHaveProperty('accessToken');
  });
});

async function repeat(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index += 1) await work(index);
}
