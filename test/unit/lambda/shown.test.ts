import { expect, test } from 'vitest';
import { shown } from '../../../lambda/contract/shown.ts';

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

test.each<[unknown, string]>([
  ['10m', '"10m"'],
  [Number.NaN, 'NaN'],
  [null, 'null'],
  [['a'], '["a"]'],
  [cyclic, 'object'],
  [() => 1, 'function'],
  ['a\u001b[2J\u009b\u202e', '"a\\u001b[2J\\u009b\\u202e"'],
  [`${'x'.repeat(78)}\u{1f511}\u{1f511}`, `"${'x'.repeat(78)}...`],
  ['x'.repeat(100), `"${'x'.repeat(79)}...`],
])('%j is %s in a message', (value, text) => {
  expect(shown(value)).toBe(text);
});
