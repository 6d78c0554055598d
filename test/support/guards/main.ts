import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coreGuards } from './core-guards.ts';
import { edgeGuards } from './edge-guards.ts';
import type { Guard } from './guard.ts';
import { modelGuards } from './model-guards.ts';
import { storeGuards } from './store-guards.ts';

/**
 * Removes each guard of the service in turn, in a copy, and prints which tests notice:
 *
 *   node test/support/guards/main.ts [words of a guard's name]
 *
 * Exits with 1 when a guard can go without any test noticing.
 */

const root = join(import.meta.dirname, '../../..');
const copied = ['lambda', 'lib', 'local', 'bin', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

async function main(words: string): Promise<number> {
  const guards = [...coreGuards, ...storeGuards, ...edgeGuards, ...modelGuards].filter(({ name }) =>
    name.includes(words),
  );
  const stale = guards.filter((guard) => readFileSync(join(root, guard.file), 'utf8').split(guard.guard).length !== 2);
  if (stale.length > 0) throw new Error(`not once in their file: ${stale.map(({ name }) => name).join('; ')}`);
  const copy = mkdtempSync(join(tmpdir(), 'pawl-guards-'));
  for (const entry of copied) cpSync(join(root, entry), join(copy, entry), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  let unnoticed = 0;
  try {
    for (const guard of guards) {
      const failed = await failuresWithout(guard, copy);
      if (failed.length === 0) unnoticed += 1;
      const shown = failed.length === 0 ? 'NOBODY NOTICES' : `${failed.length}: ${failed.slice(0, 3).join(' | ')}`;
      process.stdout.write(`${guard.name}\n    ${shown}\n`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  process.stdout.write(`${guards.length} guards removed one at a time, ${unnoticed} unnoticed\n`);
  return unnoticed === 0 ? 0 : 1;
}

/** Names of the tests that fail while a guard is away. */
async function failuresWithout(guard: Guard, copy: string): Promise<string[]> {
  const path = join(copy, guard.file);
  const code = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    code.replace(guard.guard, () => guard.without),
  );
  try {
    return await failuresOf(guard.tests, copy);
  } finally {
    writeFileSync(path, code);
  }
}

async function failuresOf(tests: readonly string[], copy: string): Promise<string[]> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const file = join(copy, 'report.json');
  const args = [vitest, 'run', '--reporter=json', `--outputFile=${file}`, ...tests];
  // Which example fails is enough; the shortest one would take its time.
  const env = { ...process.env, PAWL_SHRINK: 'no' };
  const child = spawn(process.execPath, args, { cwd: copy, stdio: 'ignore', env });
  await new Promise((resolve) => child.once('close', resolve));
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  rmSync(file);
  const results = report.testResults.flatMap((file) => file.assertionResults);
  if (results.length === 0) throw new Error('no test ran');
  return results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

process.exitCode = await main(process.argv.slice(2).join(' '));
