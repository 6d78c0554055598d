import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guardSets, guardsNamed } from '../../../verification/torture/guards.ts';
import { allGuards, staleBecause } from '../../support/guards/all.ts';

const root = join(import.meta.dirname, '../../..');

test('every guard that `npm run guards` removes is where its row says', () => {
  const stale = allGuards.flatMap((guard) => staleBecause(guard, root)?.replace(/^/, `${guard.name}: `) ?? []);
  expect(stale).toEqual([]);
});

test('a row whose guard was changed, doubled or moved is stale', () => {
  const row = { name: 'x', file: 'lambda/core/outcome.ts', guard: 'behind < 0 ||', without: '', tests: [] };
  expect(staleBecause(row, root)).toBeUndefined();
  expect(staleBecause({ ...row, guard: 'behind < 1 ||' }, root)).toMatch('occurs 0 times');
  expect(staleBecause({ ...row, guard: 'behind' }, root)).toMatch(/occurs \d+ times/);
  expect(staleBecause({ ...row, file: 'lambda/core/gone.ts' }, root)).toBe('the file does not exist');
  expect(staleBecause({ ...row, without: row.guard }, root)).toBe('the replacement is the guard itself');
});

test('every row has a name of its own and names tests that exist', () => {
  const names = allGuards.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const files = globSync('test/**/*.test.ts', { cwd: root });
  const filters = [...new Set(allGuards.flatMap(({ tests }) => tests))];
  expect(filters.filter((filter) => !files.some((file) => file.startsWith(filter)))).toEqual([]);
});

test.each(Object.keys(guardSets))('torture and search find the rows of %s', (name) => {
  expect(guardsNamed(name)).toHaveLength(guardSets[name]?.length ?? 0);
});
