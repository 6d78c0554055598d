import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const requirements = join(import.meta.dirname, 'requirements.txt');
const venv = join(root, '.pawl/schemathesis');

/**
 * Makes the virtual environment that the tests of the API run in, unless it stands there for the same requirements.
 *
 * @returns the path of its `schemathesis`
 * @throws Error with what to install where Python is missing
 */
export function schemathesis(): string {
  const wanted = readFileSync(requirements, 'utf8');
  const mark = join(venv, 'requirements.txt');
  const command = join(venv, 'bin/schemathesis');
  if (existsSync(command) && existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return command;
  requirePython();
  process.stdout.write('Installing schemathesis into .pawl ...\n');
  rmSync(venv, { recursive: true, force: true });
  run('python3', ['-m', 'venv', venv]);
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
  run(join(venv, 'bin/python'), ['-m', 'pip', 'install', ...quiet, '--no-deps', '-r', requirements]);
  run(join(venv, 'bin/python'), ['-m', 'pip', 'check', '--disable-pip-version-check']);
  writeFileSync(mark, wanted);
  return command;
}

function requirePython(): void {
  const probe = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
  const { error, status } = spawnSync('python3', ['-c', probe], { stdio: 'ignore' });
  if (error === undefined && status === 0) return;
  throw new Error('schemathesis needs python3 3.10 or newer with its venv module (Debian: python3-venv).');
}

function run(command: string, args: readonly string[]): void {
  const { error, status } = spawnSync(command, args, { stdio: 'inherit' });
  if (error !== undefined || status !== 0) {
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
  }
}
