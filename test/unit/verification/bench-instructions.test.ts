import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { instructionsIn, seeded } from '../../../verification/bench/instructions/cachegrind.ts';

const nowhere = mkdtempSync(join(tmpdir(), 'pawl-no-valgrind-'));
afterAll(() => rmSync(nowhere, { recursive: true, force: true }));

test('the count is read from cachegrind’s report', () => {
  const report = ['==7== Command: node first.cjs', '==7== ', '==7== ', '==7== I   refs:      84,172,645', ''];
  expect(instructionsIn(report.join('\n'))).toBe(84_172_645);
  expect(instructionsIn('==12345== I refs:        930')).toBe(930);
});

test('a report without a count is shown, not taken for nothing', () => {
  expect(() => instructionsIn('==7== Process terminating with default action of signal 9')).toThrow('signal 9');
  expect(() => instructionsIn('==7== I   refs:      84,172,645 and more')).toThrow('counted nothing');
});

test.each(['', ' instructions', ' first instructions', ' --write'])(
  'without valgrind `verification/bench/main.ts%s` ends before anything runs',
  (args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, `verification/bench/main.ts${args}`.split(' '), {
      cwd: join(import.meta.dirname, '../../..'),
      env: { PATH: nowhere },
      encoding: 'utf8',
      timeout: 10_000,
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('apt-get install valgrind');
  },
);

test('counted is what runs when deployed: V8 takes Node’s built-in code cache under these flags', () => {
  // The tag is that of code caches which V8 accepts; the sum of its flags is part of it.
  const tag = (...flags: readonly string[]) =>
    execFileSync(process.execPath, [...flags, '-p', "require('node:v8').cachedDataVersionTag()"], { encoding: 'utf8' });
  expect(tag(...seeded(1))).toBe(tag());
  expect(tag('--single-threaded')).not.toBe(tag());
});
