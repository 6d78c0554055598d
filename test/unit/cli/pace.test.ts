import { expect, test } from 'vitest';
import { Pace } from '../../../cli/transfer/pace.ts';
import { Unavailable } from '../../../lambda/core/errors.ts';

/** A clock that only pauses advance. */
function paused(random = () => 0.999) {
  const pauses: number[] = [];
  let now = 0;
  const delay = async (ms: number) => {
    pauses.push(Math.round(ms));
    now += ms;
  };
  return { pauses, pace: new Pace({ nowMs: () => now, delay, random }) };
}
const throttled = () => Promise.reject(new Unavailable('store_throttled'));

async function run(pace: Pace, work: (share: number) => Promise<void>): Promise<void> {
  await pace.admitted();
  await pace.run(work);
}

test('pauses double, with full jitter, and stop at half a minute', async () => {
  const half = paused(() => 0.5);
  let left = 10;
  await run(half.pace, () => (left-- > 0 ? throttled() : Promise.resolve()));
  expect(half.pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000]);
});

test('a throttled table gets fewer batches, then smaller ones, and gradually more later', async () => {
  const { pace } = paused();
  const shares: number[] = [];
  await run(pace, (share) => {
    shares.push(share);
    return shares.length < 6 ? throttled() : Promise.resolve();
  });
  expect(shares).toEqual([1, 1, 1, 1, 0.5, 0.25]);
  for (let batches = 0; batches < 100; batches += 1) await run(pace, () => Promise.resolve());
  expect(pace.limit).toBe(8);
});

test('batches that are throttled together reduce the pace once', async () => {
  const { pace } = paused();
  const first = Array.from({ length: 8 }, () => true);
  await Promise.all(
    first.map((_, at) =>
      run(pace, () => {
        if (!first[at]) return Promise.resolve();
        first[at] = false;
        return throttled();
      }),
    ),
  );
  expect(pace.limit).toBeGreaterThanOrEqual(4);
});

test('no more batches run than the table accepts', async () => {
  const { pace } = paused();
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
  };
  const batches: Promise<void>[] = [];
  for (let count = 0; count < 50; count += 1) {
    await pace.admitted();
    batches.push(pace.run(work));
  }
  await Promise.all(batches);
  expect(most).toBe(8);
});

test('gives up when nothing has succeeded for five minutes, and immediately on any other error', async () => {
  const { pace, pauses } = paused();
  await expect(run(pace, throttled)).rejects.toThrow(Unavailable);
  const waited = pauses.reduce((sum, ms) => sum + ms, 0);
  expect([waited > 300_000, waited < 340_000]).toEqual([true, true]);
  const other = paused();
  await expect(run(other.pace, () => Promise.reject(new Error('no table')))).rejects.toThrow('no table');
  expect(other.pauses).toEqual([]);
});

test('gives up soon on a table that never responds, and waits for one that has responded', async () => {
  const unreachable = () => Promise.reject(new Unavailable('store_unavailable'));
  const never = paused();
  await expect(run(never.pace, unreachable)).rejects.toThrow(Unavailable);
  expect(never.pauses.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(30_000);
  const once = paused();
  await run(once.pace, () => Promise.resolve());
  await expect(run(once.pace, unreachable)).rejects.toThrow(Unavailable);
  expect(once.pauses.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(300_000);
});
