import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPage, root, section, tableRows } from './support/pages.ts';

const page = readPage('docs/operate.md');
const code = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The members of a union of text literals. */
function union(path: string, name: string): string[] {
  const [, body = ''] = new RegExp(`type ${name} =([^;]*);`).exec(code(path)) ?? [];
  return [...body.matchAll(/'(\w+)'/g)].map(([, member = '']) => member).sort();
}

/** The names in the first column of a section's table. */
function firstColumn(heading: string): string[] {
  const names = tableRows(section(page, heading)).flatMap(([cell = '']) => [...cell.matchAll(/`(\w+)`/g)]);
  return names.map(([, name = '']) => name);
}

test('every private reason is explained', () => {
  const reasons = union('lambda/core/errors.ts', 'PrivateReason');
  expect(reasons).toContain('token_reused');
  expect(
    firstColumn('Reasons')
      .filter((name) => name !== 'reason')
      .sort(),
  ).toEqual(reasons);
});

test('every field of the log is explained, in any order', () => {
  const [, body = ''] = /interface LogLine \{(.*?)^\}/ms.exec(code('lambda/log-line.ts')) ?? [];
  const fields = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = '']) => name);
  const written = tableRows(section(page, 'The log').split('### ')[0] ?? '').slice(1);
  expect(written.map(([cell = '']) => cell.replaceAll('`', '')).sort()).toEqual(['time', ...fields].sort());
});

test('every outcome is explained', () => {
  const explained = firstColumn('Outcomes');
  const rows = ['rotated', 'own_write', 'too_soon', 'retry'];
  const sources = globSync(['lambda/{core,http,handlers}/**/*.ts'], { cwd: root }).map(code).join('\n');
  const literal = /outcome: '(\w+)'|tokenReply\(\w+, '(\w+)'|outcome: reply\.facts\?\.outcome \?\? '(\w+)'/g;
  const named = [...sources.matchAll(literal)].map(([, a, b, c]) => a ?? b ?? c ?? '');
  expect(named).toContain('session_started');
  // Answers of a store to its caller are not log lines.
  const ofTheStore = ['unchanged'];
  const wanted = [...rows, ...named, 'revoked', 'already_dead'].filter((name) => !ofTheStore.includes(name));
  expect([...new Set(wanted)].filter((name) => !explained.includes(name))).toEqual([]);
});

test('every public code that a route throws is an outcome too', () => {
  const sources = globSync(['lambda/{core,http}/**/*.ts'], { cwd: root }).map(code).join('\n');
  const thrown = [...sources.matchAll(/new Refusal\(\s*'(\w+)'/g)].map(([, name = '']) => name);
  expect(thrown).toContain('invalid_grant');
  expect([...new Set(thrown)].filter((name) => !firstColumn('Outcomes').includes(name))).toEqual([]);
});
