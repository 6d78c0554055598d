import { spawnSync } from 'node:child_process';

/**
 * Returns the command that counts the instructions of a Node process. Cachegrind writes its report to `descriptor`.
 *
 * V8 gets two flags. `--predictable` disables its threads. The counts of one function then vary by 0.01 %, instead of
 * 0.1 % and occasionally 0.8 %, and are 0.1 % to 0.6 % lower. `--random-seed` fixes the seed of its hashes. When each
 * process chooses its own seed, as in production, the count of an empty process varies between 85 and 103 million.
 * Do not use `--single-threaded`, `--hash-seed`, `--no-opt` or `--jitless`: with each of them, V8 rejects Node's
 * built-in code cache, and functions compile code that they never compile when deployed, which adds two fifths.
 */
export function counting(seed: number, descriptor: number): readonly string[] {
  return [
    ...['valgrind', '--tool=cachegrind', '--cache-sim=no', '--branch-sim=no', '--cachegrind-out-file=/dev/null'],
    // V8 generates machine code at run time, so valgrind must discard its translations of overwritten code.
    ...['--smc-check=all-non-file', `--log-fd=${descriptor}`],
    ...[process.execPath, ...seeded(seed)],
  ];
}

/** The V8 flags that {@link counting} uses. */
export const seeded = (seed: number): readonly string[] => ['--predictable', `--random-seed=${seed}`];

/** The count in cachegrind's report. */
export function instructionsIn(report: string): number {
  const [, count] = /\bI +refs: +([\d,]+)$/m.exec(report) ?? [];
  if (count === undefined) throw new Error(`cachegrind counted nothing:\n${report}`);
  return Number(count.replaceAll(',', ''));
}

/** Counts an empty process. Returns the reason if counting fails on this machine. */
export function whyNotCounted(): string | undefined {
  const [command = '', ...args] = counting(1, 2);
  const { error, stderr } = spawnSync(command, [...args, '--eval', '0'], { encoding: 'utf8' });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    return 'valgrind, which counts the instructions, is not installed (Debian: apt-get install valgrind); to run other parts, name them';
  }
  try {
    instructionsIn(stderr ?? String(error));
    return undefined;
  } catch (fault) {
    return (fault as Error).message;
  }
}
