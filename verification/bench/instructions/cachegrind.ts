import { spawnSync } from 'node:child_process';

/**
 * The command that counts the instructions of a Node process; cachegrind's report goes to `descriptor`.
 *
 * V8 gets two flags. `--predictable` gives it no threads of its own: the counts of one function then differ by 0.01 %
 * and not by 0.1 %, seldom 0.8 %; they are 0.1 % to 0.6 % lower than without it. `--random-seed` is what its hashes start
 * from: chosen by each process, as in production, it moves an empty one between 85 and 103 million.
 * `--single-threaded`, `--hash-seed`, `--no-opt` and `--jitless` are not for this: under each of them V8 refuses the code
 * cache that Node is built with, and functions compile what they never compile when deployed, at two fifths more.
 */
export function counting(seed: number, descriptor: number): readonly string[] {
  return [
    ...['valgrind', '--tool=cachegrind', '--cache-sim=no', '--branch-sim=no', '--cachegrind-out-file=/dev/null'],
    // V8 writes machine code while it runs: valgrind must not keep its translation of what was there before.
    ...['--smc-check=all-non-file', `--log-fd=${descriptor}`],
    ...[process.execPath, ...seeded(seed)],
  ];
}

/** V8's flags in {@link counting}. */
export const seeded = (seed: number): readonly string[] => ['--predictable', `--random-seed=${seed}`];

/** The count in cachegrind's report. */
export function instructionsIn(report: string): number {
  const [, count] = /\bI +refs: +([\d,]+)$/m.exec(report) ?? [];
  if (count === undefined) throw new Error(`cachegrind counted nothing:\n${report}`);
  return Number(count.replaceAll(',', ''));
}

/** Why nothing can be counted on this machine, if so: tried on a process that does nothing. */
export function whyNotCounted(): string | undefined {
  const [command = '', ...args] = counting(1, 2);
  const { error, stderr } = spawnSync(command, [...args, '--eval', '0'], { encoding: 'utf8' });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    return 'instructions are counted by valgrind, which is not installed (Debian: apt-get install valgrind); the other parts do without, by name';
  }
  try {
    instructionsIn(stderr ?? String(error));
    return undefined;
  } catch (fault) {
    return (fault as Error).message;
  }
}
