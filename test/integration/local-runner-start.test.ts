import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isAlive, processTree, unsharedMegabytes } from '../support/local-process-tree.ts';
import { takenPort, temporaryDirectory } from './support/local-runner.ts';

const root = join(import.meta.dirname, '../..');

interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly url: string;
  readonly readyAfterMs: number;
  output(): string;
  /** Exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

/** `npm start` with these arguments; url is empty when it ended before it was ready. */
async function npmStart(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const began = performance.now();
  const child = spawn('npm', ['start', '--', ...args], {
    cwd: root,
    env: { ...process.env, PORT: '0', PAWL_DATA_DIR: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const pid = child.pid ?? Number.NaN;
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = await new Promise<string>((resolve) => {
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      const found = /^Pawl is ready at (\S+)$/m.exec(output)?.[1];
      if (found !== undefined && output.includes('Ctrl-C')) resolve(found);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    void ended.then(() => resolve(''));
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGTERM');
    await ended;
  });
  return { child, pid, url, readyAfterMs: performance.now() - began, output: () => output, ended };
}

async function untilGone(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (pids.some(isAlive)) {
    if (performance.now() > deadline) throw new Error(`still running: ${pids.filter(isAlive).join(' ')}`);
    await delay(20);
  }
}

/** The printed commands up to the first one of pawl, run by a plain shell as they stand. */
async function paste(output: string): Promise<string> {
  const [, printed = ''] = /^Log in .*?:\n(.*)^Add a user/ms.exec(output) ?? [];
  const lines = printed.split('\n').filter((line) => line.startsWith('  '));
  expect(lines.join('\n').match(/\bcurl /g)).toHaveLength(4);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  return (await promisify(execFile)('sh', ['-c', lines.join('\n')], { timeout: 30_000 })).stdout;
}

describe('npm start', () => {
  test('its lines work when pasted, memory stays small, SIGTERM ends everything', async () => {
    const { pid, url, readyAfterMs, output, ended } = await npmStart();
    expect(url, output()).toMatch(/^http:\/\/localhost:\d+$/);
    const tree = processTree(pid);
    const once = unsharedMegabytes(tree);
    const pasted = await paste(output());
    expect(pasted.match(/"access_token":/g)).toHaveLength(2);
    expect(pasted.match(/^HTTP\/1\.1 200/gm)).toHaveLength(2);
    expect(pasted).toContain('"sub":');
    const used = unsharedMegabytes(processTree(pid));
    process.stdout.write(
      `npm start: ready after ${(readyAfterMs / 1000).toFixed(1)} s, ${once.toFixed(0)} MB unshared, ${used.toFixed(0)} MB after use\n`,
    );
    expect(once).toBeGreaterThan(30);
    expect(used).toBeLessThan(400);
    process.kill(pid, 'SIGTERM');
    await ended;
    await untilGone(tree);
  });

  test('keeps users and sessions in PAWL_DATA_DIR, the demo password included', async () => {
    const env = { PAWL_DATA_DIR: temporaryDirectory(), PAWL_DEMO_USERNAME: 'Zoë' };
    const first = await npmStart([], env);
    const password = /^Password +(\S+)$/m.exec(first.output())?.[1];
    expect(password, first.output()).toBeDefined();
    process.kill(-first.pid, 'SIGTERM');
    await first.ended;
    const second = await npmStart([], env);
    expect(second.output()).toContain(`Password   ${password}`);
    expect(await paste(second.output())).toContain('"access_token":');
  });

  test('a crash of the database is one line and exit code 1', async () => {
    const { pid, output, ended } = await npmStart([], { PAWL_DEMO_PASSWORD: 'correct horse battery' });
    expect(output()).toContain('correct horse battery');
    const tree = processTree(pid);
    const engine = tree.find((id) => /dynoxide$/.test(commandOf(id)));
    process.kill(engine ?? Number.NaN, 'SIGKILL');
    expect(await ended).toBe(1);
    expect(output().trimEnd().split('\n').at(-1)).toBe('Pawl: the database ended (SIGKILL)');
    await untilGone(tree);
  });

  test('the database ends with a parent that is killed outright', async () => {
    const { pid } = await npmStart([], { TMPDIR: temporaryDirectory() }); // it cannot clean up after itself
    const tree = processTree(pid);
    const runner = tree.find((id) => /node$/.test(commandOf(id)) && id !== pid);
    process.kill(runner ?? Number.NaN, 'SIGKILL');
    await untilGone(tree);
  });

  test('a taken port is one line and exit code 1, before anything slow', async () => {
    const port = await takenPort();
    const { url, output, ended } = await npmStart([], { PORT: String(port) });
    expect([url, await ended]).toEqual(['', 1]);
    expect(linesOf(output())).toEqual([`Pawl: port ${port} is taken; choose another with PORT=<number>`]);
  });

  test("a fault in the settings is the app's own line and exit code 1", async () => {
    const { output, ended } = await npmStart(['-c', 'graceSeconds=never']);
    expect(await ended).toBe(1);
    expect(linesOf(output()).slice(1)).toEqual([
      'Pawl: Invalid settings:',
      expect.stringMatching(/^ {2}- graceSeconds must be /),
    ]);
  });

  test('a demo password that the service refuses ends the start, and nothing stays behind', async () => {
    const { output, ended } = await npmStart([], { PAWL_DEMO_PASSWORD: 'short' });
    expect(await ended).toBe(1);
    expect(linesOf(output()).at(-1)).toMatch(/^Pawl: the demo user was not created: /);
  });
});

/** What the runner itself printed. */
function linesOf(output: string): readonly string[] {
  return output.split('\n').filter((line) => line !== '' && !/^(>|npm )/.test(line));
}

/** The program that a process runs. */
function commandOf(pid: number): string {
  const path = `/proc/${pid}/cmdline`;
  return existsSync(path) ? (readFileSync(path, 'utf8').split('\0')[0] ?? '') : '';
}
