/** `npm run check`: formatting, lint, types and all tests that this machine can run. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CommandLine } from './command-line.ts';
import { leftOut } from './left-out.ts';

const help = `npm run check

Runs formatting, lint, types and all tests, and stops at the first part that fails. On platforms other than Linux x64, it
skips the parts whose binaries exist only for Linux x64, and lists them first.
`;

new CommandLine('check', help).parse({});

const { lint, tests } = leftOut(process, join(import.meta.dirname, '..'));
if (lint) {
  const lines = ['formatting and lint (npm run lint)', ...tests];
  process.stdout.write(
    `check: this is ${process.platform} ${process.arch}. Skipped, because their binaries exist only for Linux x64; CI runs ` +
      `them:\n${lines.map((line) => `  ${line}\n`).join('')}`,
  );
}
const parts = [
  ...(lint ? [] : [['run', '--silent', 'lint']]),
  ['run', '--silent', 'types'],
  ['test', '--', ...tests.map((path) => `--exclude=${path}`)],
];
for (const part of parts) {
  const { status, error } = spawnSync('npm', part, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) process.stderr.write(`check: npm ${part.join(' ')} did not start: ${error.message}\n`);
  if (status !== 0) {
    process.exitCode = status ?? 1;
    break;
  }
}
