import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
const scratch = mkdtempSync(join(tmpdir(), 'pawl-types-'));
symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));
writeFileSync(join(scratch, 'package.json'), '{"type":"module"}');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Compiles one file under one of the project's own configurations; returns the errors as line and code. */
function compile(configuration: string, file: string): { readonly output: string; readonly errors: readonly string[] } {
  const config = { extends: join(root, configuration), include: [], files: [file] };
  writeFileSync(join(scratch, 'tsconfig.json'), JSON.stringify(config));
  const run = spawnSync(process.execPath, [tsc, '-p', scratch, '--pretty', 'false'], { encoding: 'utf8' });
  const errors = run.stdout.matchAll(/\((\d+),\d+\): error (TS\d+)/g);
  return { output: run.stdout + run.stderr, errors: [...errors].map(([, line, code]) => `${line} ${code}`) };
}

test('misuse does not compile', () => {
  expect(compile('tsconfig.json', join(root, 'test/types/should-not-compile.ts')).output).toBe('');
});

test('the core reaches nothing of the platform', () => {
  const lines = [
    'export const a = process.env;',
    'export const b = Buffer.from("");',
    'export const c = fetch("");',
    'export const d = console.log;',
    'export const e = setTimeout;',
    'export const f = crypto.subtle;',
    'export const g = new TextEncoder();',
    'export { readFileSync } from "node:fs";',
    'export const h = new Uint8Array(1);',
  ];
  const file = join(scratch, 'core.ts');
  writeFileSync(file, lines.join('\n'));
  const { errors } = compile('lambda/core/tsconfig.json', file);
  expect(errors.map((error) => Number(error.split(' ')[0]))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});
