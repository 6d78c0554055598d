import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** How one run of the import ended. */
export interface Run {
  readonly wasKilled: boolean;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** Peak memory of the process, MiB. */
  readonly peakMib: number;
}

const root = join(import.meta.dirname, '../..');

/**
 * Runs `pawl import` in a separate process.
 *
 * @param isDue whether to kill it now; called repeatedly
 */
export async function runImport(args: readonly string[], isDue: () => Promise<boolean>): Promise<Run> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(root, 'cli/main.ts'), 'import', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let isRunning = true;
  void ended.then(() => {
    isRunning = false;
  });
  let wasKilled = false;
  let peakMib = 0;
  try {
    while (isRunning) {
      peakMib = Math.max(peakMib, peakOf(child.pid));
      if (!wasKilled && (await isDue())) wasKilled = child.kill('SIGKILL');
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 20))]);
    }
  } finally {
    child.kill('SIGKILL');
  }
  const [stdout, stderr] = await said;
  const seconds = (performance.now() - startedAt) / 1000;
  return { wasKilled, code: await ended, stdout, stderr, seconds, peakMib };
}

/** The high-water mark of resident memory, if the system reports it. */
function peakOf(pid: number | undefined): number {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kib ?? 0) / 1024);
  } catch {
    return 0;
  }
}
