import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const codeOf = (path: string) => readFileSync(join(root, path), 'utf8');

const limit = 200;

/** Files above the limit. Remove a file here when it is split; add none. */
const above: readonly string[] = ['test/integration/cli-users.test.ts'];

test(`a code file has at most ${limit} lines`, () => {
  const paths = globSync('*/**/*.{ts,mjs,cjs}', {
    cwd: root,
    exclude: (name) => /^(node_modules|dist|cdk\.out|\..*)$/.test(name),
  });
  expect(paths.length).toBeGreaterThan(500);
  const long = paths.filter((path) => codeOf(path).trimEnd().split('\n').length > limit);
  expect(long.filter((path) => !above.includes(path))).toEqual([]);
});

/** Files that import each other, types included, each circle once. */
function circlesIn(folder: string): readonly string[] {
  const paths = globSync(`${folder}/**/*.ts`, { cwd: root });
  const imports = new Map(
    paths.map((path) => [
      path,
      [...codeOf(path).matchAll(/^(?:import|export|\}) .*?from '(\.[^']+)';$/gm)].map(([, to = '']) =>
        normalize(join(dirname(path), to)),
      ),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' -> '));
    if (done.has(path)) return;
    done.add(path);
    for (const next of imports.get(path) ?? []) walk(next, [...way, path]);
  };
  for (const path of paths) walk(path, []);
  return circles;
}

describe('no file imports itself by way of others', () => {
  const folders = 'lambda lib scripts cli local client verify rehearsal smoke examples'.split(' ');
  test.each([...folders, 'verification/bench', 'verification/fuzz', 'verification/import'])('%s', (folder) => {
    expect(circlesIn(folder)).toEqual([]);
  });
});
