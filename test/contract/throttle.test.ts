import { describe, expect, test } from 'vitest';
import { signalExpiresAt } from '../../lambda/core/retention.ts';
import { windowOf } from '../../lambda/core/throttle.ts';
import { readItem } from '../../lambda/store/dynamo.ts';
import { dynamoSignalLog } from '../../lambda/store/dynamo-signal-log.ts';
import { DynamoThrottle } from '../../lambda/store/dynamo-throttle.ts';
import { signalKey, throttleKey } from '../../lambda/store/items.ts';
import type { ProxiedCall } from '../support/counting-proxy.ts';
import { type DynamoUnderTest, openDynamo } from '../support/dynamo-under-test.ts';
import { expectUnavailable } from '../support/expect.ts';
import { hitting, loseAnswer, reset } from '../support/fault-proxy.ts';
import { MemoryThrottle } from '../support/memory-throttle.ts';
import { signalLogContract } from './signal-log.contract.ts';
import { throttleContract } from './throttle.contract.ts';

const stop = async () => {};

describe('memory', () => {
  throttleContract(async () => ({ throttle: new MemoryThrottle(), stop }));
});

let operations = 0;
const throttleOn = ({ table }: DynamoUnderTest) =>
  new DynamoThrottle(table, () => {
    operations += 1;
    return `operation ${operations}`;
  });

describe.each(['dynoxide', 'dynalite'] as const)('%s', (engine) => {
  describe('throttle', () => {
    throttleContract(async () => {
      const store = await openDynamo(engine);
      return { throttle: throttleOn(store), stop: store.stop };
    });
  });
  describe('signal log', () => {
    signalLogContract(async () => {
      const store = await openDynamo(engine);
      return { signals: dynamoSignalLog(store.table), stop: store.stop };
    });
  });
});

describe('on a table that fails', () => {
  const now = 1_900_000_123_457;
  const windowMs = 600_000;
  const limits = {
    windowMs,
    limit: 10,
    reserved: 0,
    reservedPerNetwork: 0,
    firstPauseMs: 50,
    toleranceMs: 0,
    maxPauseMs: 60_000,
  };

  test('a try whose answer was lost counts once, the last one of a window as well', async () => {
    const store = await openDynamo('dynoxide');
    const throttle = throttleOn(store);
    const lost = () => store.proxy.intercept(hitting(loseAnswer, () => true, 1));
    lost();
    expect(await throttle.countSlowing('slow', 'home', now, limits)).toMatchObject({
      allowed: true,
      tries: 1,
      total: 1,
    });
    await throttle.countUpTo('plain', now, 2, windowMs);
    lost();
    expect(await throttle.countUpTo('plain', now, 2, windowMs)).toMatchObject({ allowed: true, tries: 2 });
    expect(await throttle.countUpTo('plain', now, 2, windowMs)).toMatchObject({ allowed: false, first: true });
    await store.stop();
  });

  test('a try that is given back, the answer being lost, is given back once', async () => {
    const store = await openDynamo('dynoxide');
    const throttle = throttleOn(store);
    for (let tries = 0; tries < 3; tries += 1) await throttle.countUpTo('plain', now, 3, windowMs);
    store.proxy.intercept(hitting(loseAnswer, () => true, 1));
    await throttle.giveBack('plain', now, windowMs);
    expect(await throttle.countUpTo('plain', now, 3, windowMs)).toMatchObject({ allowed: true, total: 3 });
    await throttle.countSlowing('slow', 'home', now, limits);
    await throttle.countSlowing('slow', 'office', now, limits);
    store.proxy.intercept(hitting(loseAnswer, () => true, 1));
    await throttle.forgive('slow', 'home', now, windowMs);
    expect(await throttle.countSlowing('slow', 'home', now, limits)).toMatchObject({ tries: 1, total: 2 });
    await store.stop();
  });

  test('a block whose announcement was applied and its answer lost is still announced, once', async () => {
    const store = await openDynamo('dynoxide');
    const throttle = throttleOn(store);
    const [count, block] = [
      () => throttle.countSlowing('slow', 'home', now, limits),
      () => throttle.countUpTo('plain', now, 1, windowMs),
    ];
    for (const counted of [count, block]) {
      await counted();
      // The refused count comes first, the announcement second.
      const isAnnouncement = ({ input }: ProxiedCall) => JSON.stringify(input).includes('SET announced');
      store.proxy.intercept(hitting(loseAnswer, isAnnouncement, 1));
      expect(await counted()).toMatchObject({ allowed: false, first: true });
      expect(await counted()).toMatchObject({ allowed: false, first: false });
    }
    await store.stop();
  });

  test('a counter that cannot be written allows no attempt', async () => {
    const store = await openDynamo('dynoxide');
    const throttle = throttleOn(store);
    store.proxy.intercept(reset);
    await expectUnavailable(throttle.countSlowing('slow', 'home', now, limits), 'store_unavailable');
    await expectUnavailable(throttle.countUpTo('plain', now, 100, windowMs), 'store_unavailable');
    await store.stop();
  });

  test('what was counted may be deleted once its window is over, a signal after two days', async () => {
    const store = await openDynamo('dynoxide');
    await throttleOn(store).countUpTo('plain', now, 100, windowMs);
    const window = windowOf('plain', now, windowMs);
    const counter = await readItem(store.table, throttleKey('plain', window.number));
    expect(Number(counter?.expiresAt) * 1000).toBeGreaterThan(window.endsAt);
    expect(Number(counter?.expiresAt) * 1000).toBeLessThan(window.endsAt + windowMs);
    await dynamoSignalLog(store.table).add('e1', signalExpiresAt(now));
    expect((await readItem(store.table, signalKey('e1')))?.expiresAt).toBe(Math.ceil(now / 1000) + 172_800);
    await store.stop();
  });
});
