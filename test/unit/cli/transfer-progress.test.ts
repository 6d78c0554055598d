import { PassThrough } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import type { Context } from '../../../cli/frame/command.ts';
import { createOutput } from '../../../cli/frame/output.ts';
import { Steps } from '../../../cli/frame/steps.ts';
import type { Incoming } from '../../../cli/transfer/incoming.ts';
import { transfer } from '../../../cli/transfer/transfer.ts';
import type { Table } from '../../../lambda/store/dynamo.ts';

/** An import shows that it goes on, also when no batch is done. */

afterEach(() => {
  vi.useRealTimers();
});

const counts = (refused: number) => `0 created, 0 present, ${refused} refused so far`;

function importing(incoming: AsyncIterable<Incoming>) {
  const io = { stderr: new PassThrough({ encoding: 'utf8' }) };
  const context = { target: { nowMs: () => 0 }, output: createOutput(true, () => {}), steps: new Steps(), io };
  const report = { add: async () => {}, leftOut: () => {}, close: () => 'see above' };
  const table = { name: 'Pawl' } as Table;
  const done = transfer(incoming, { table, dryRun: false, report }, context as unknown as Context);
  return { done, shown: () => String(io.stderr.read() ?? '') };
}

test('while every line is refused, and while the source waits', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  let finish = () => {};
  const waiting = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const source = async function* () {
    for (let number = 1; number <= 3; number += 1) yield { from: `line ${number}`, refused: 'not JSON' };
    await waiting;
  };
  const { done, shown } = importing(source());
  await vi.advanceTimersByTimeAsync(5000);
  expect(shown()).toContain(counts(3));
  await vi.advanceTimersByTimeAsync(5000);
  expect(shown()).toContain(counts(3));
  finish();
  await expect(done).rejects.toThrow('3 refused: see above');
  expect(vi.getTimerCount()).toBe(0);
});
