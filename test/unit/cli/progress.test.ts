import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createProgress } from '../../../cli/transfer/progress.ts';

/** Standard error, as a terminal or not. */
function screen(isTTY: boolean) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 100 });
  return { stream, shown: () => String(stream.read() ?? '') };
}
const counts = { created: 1200, present: 3, refused: 1 };

test('on a terminal: a bar with share, counts and rate, which is erased at the end', () => {
  const { stream, shown } = screen(true);
  let now = 0;
  const progress = createProgress(stream, { size: 1000, read: () => 250 }, () => now);
  now = 2000;
  progress.show(counts);
  progress.stop();
  const text = shown();
  expect(text).toContain('25 % | 1200 created, 3 present, 1 refused | 602 a second');
  // The line is erased, and no mode of the terminal was changed that Ctrl-C would leave behind.
  expect(text).toContain('\u001b[2K');
  expect(text).not.toContain('\u001b[?');
});

test.each([
  [60, '25 % | 1200 created, 3 present, 1 refused | 602 a second | '],
  [80, '25 % | 1200 created, 3 present, 1 refused | 602 a second | N left'],
  [110, '========---------------------- 25 % | 1200 created, 3 present, 1 refused | 602 a second | N left'],
])('in %i columns: the bar gives way to the counts', (columns, line) => {
  const { stream, shown } = screen(true);
  let now = 0;
  const progress = createProgress(Object.assign(stream, { columns }), { size: 1000, read: () => 250 }, () => now);
  now = 2000;
  progress.show(counts);
  progress.stop();
  // The library estimates by the real clock.
  expect(shown().replace(/\d+s left/g, 'N left')).toContain(`\u001b[1G${line}`);
});

test('elsewhere: a line every five seconds, with the share if the size is known', () => {
  const { stream, shown } = screen(false);
  let now = 0;
  const progress = createProgress(stream, { size: 1000, read: () => 250 }, () => now);
  for (now of [1000, 4999, 5000, 6000, 10_000]) progress.show(counts);
  progress.stop();
  const words = '25 %: 1200 created, 3 present, 1 refused so far';
  expect(shown()).toBe(`${words}, 241 a second\n${words}, 120 a second\n`);
});

test('standard input has no known size: lines, even on a terminal', () => {
  const { stream, shown } = screen(true);
  let now = 0;
  const progress = createProgress(stream, { size: undefined, read: () => 250 }, () => now);
  now = 5000;
  progress.show(counts);
  expect(shown()).toBe('1200 created, 3 present, 1 refused so far, 241 a second\n');
});
