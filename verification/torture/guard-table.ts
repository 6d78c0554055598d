import { execFile } from 'node:child_process';

/** One guard, and the arguments of the run without it. */
export interface GuardRun {
  readonly guard: string;
  readonly args: readonly string[];
  /** Additional columns of the table, in the order of its header. */
  readonly cells: (output: string) => readonly string[];
}

/**
 * Removes guards one at a time, each in its own process, and prints the invariant that each removal violates.
 *
 * @param program the search: it exits with 1 and prints the violated invariant
 * @returns the exit code: 1 if a missing guard was not detected
 */
export async function printGuardTable(
  program: string,
  head: readonly string[],
  runs: readonly GuardRun[],
): Promise<number> {
  const line = (cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
  line(['guard removed', ...head, 'caught by']);
  line(['---', ...head.map(() => '---:'), '---']);
  let unnoticed = 0;
  for (const { guard, args, cells } of runs) {
    const output = await run([program, ...args, '--remove', guard]);
    const [, caught] = /VIOLATION of (invariant \d+ \([^)]*\))/.exec(output) ?? [];
    if (caught === undefined) unnoticed += 1;
    line([`\`${guard}\``, ...cells(output), caught ?? 'NOT CAUGHT']);
  }
  process.stdout.write(`${runs.length} guards removed one at a time, ${unnoticed} unnoticed\n`);
  return unnoticed === 0 ? 0 : 1;
}

/** The first group of the match, or a question mark. */
export function found(expression: RegExp, output: string): string {
  return expression.exec(output)?.[1] ?? '?';
}

function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 }, (error, output, errors) => {
      // Exit code 1 is a violation. Any other code, or text on standard error, is a failure of the run.
      if (error !== null && (error.code !== 1 || errors !== '')) reject(new Error(`${args.join(' ')}: ${errors}`));
      else resolve(output);
    });
  });
}
