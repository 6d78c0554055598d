import { expect, test } from 'vitest';
import { Refundable } from '../../../lambda/core/refund.ts';

test('work that succeeds without a right password refunds nothing', async () => {
  let refunds = 0;
  const tries = new Refundable([{ forgive: async () => refunds++ }]);
  expect(
    await tries.settle(
      async () => 'done',
      () => false,
    ),
  ).toBe('done');
  expect(refunds).toBe(0);
});
