import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guessLimits, type SlowingLimits, windowOf } from '../../lambda/core/throttle.ts';
import { DynamoThrottle } from '../../lambda/store/dynamo-throttle.ts';
import { throttleKey } from '../../lambda/store/items.ts';
import { type DynamoUnderTest, openDynamo } from '../support/dynamo-under-test.ts';
import { loginAt } from '../support/sessions.ts';
import { type Damage, damageIn, expectBroken, secret } from './support/damage.ts';

let store: DynamoUnderTest;
let damage: Damage;
beforeAll(async () => {
  store = await openDynamo('dynoxide');
  damage = damageIn(store);
});
afterAll(() => store.stop());

describe('a counter with an invalid attribute is a fault that names it', () => {
  let counters = 0;
  const damaged = async (attribute: string, limits: Partial<SlowingLimits>, value: unknown = secret) => {
    counters += 1;
    const key = `user:broken ${counters}`;
    const { number } = windowOf(key, loginAt, guessLimits.username.windowMs);
    const throttle = new DynamoThrottle(store.table, () => attribute);
    const count = () => throttle.countSlowing(key, 'home', loginAt, { ...guessLimits.username, ...limits });
    expect(await count()).toMatchObject({ allowed: true });
    await damage(throttleKey(key, number), { operationId: 'another', [attribute]: value });
    return { count, item: `THROTTLE#${key}#${number} THROTTLE: ${attribute}` };
  };

  test.each(['tries', 'nhome', 'lhome', 'ahome'])('%s, when the limit is reached', async (attribute) => {
    const { count, item } = await damaged(attribute, { limit: 1, reserved: 0 });
    await expectBroken(count(), item);
  });

  test.each([
    ['tries', secret],
    ['nhome', secret],
    ['phome', secret],
    ['nhome', null],
    ['phome', null],
    ['nhome', new Set([secret])],
    ['phome', -1],
    ['nhome', -1],
  ])('%s: %s, while tries are left', async (attribute, value) => {
    const { count, item } = await damaged(attribute, {}, value);
    await expectBroken(count(), item);
  });
});
