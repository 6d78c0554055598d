import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPage, root, section, tableRows } from './support/pages.ts';

const page = readPage('docs/architecture.md');

/** Every path of the page: text in backticks that contains a slash and no space or `@`. */
const paths = [...page.prose.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map(([, path = '']) => path);

test('every path that docs/architecture.md names exists', () => {
  expect(paths.length).toBeGreaterThan(50);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('docs/architecture.md lists every source folder', () => {
  const listed = tableRows(section(page, 'The folders')).flatMap(([cell = '']) => [
    ...cell.matchAll(/`(\w[\w./-]*)\/`/g),
  ]);
  const names = listed.map(([, name = '']) => name.split('/')[0]);
  const other = ['docs', 'dist', 'node_modules'];
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !other.includes(entry.name))
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('cdk.out'));
  expect(folders.filter((folder) => !names.includes(folder))).toEqual([]);
});
