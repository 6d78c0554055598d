import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** Guards that the model has use for, and the size in which each is missed first. */
const rows: readonly (readonly [guard: string, size: string])[] = [
  ['floor', 'theft'],
  ['grace-bound', 'theft'],
  ['only-predecessor', 'theft'],
  ['row-e', 'theft'],
  ['same-successor', 'theft'],
  ['reuse-revocation', 'theft'],
  ['revoked-is-dead', 'theft'],
  ['current-hash', 'theft'],
  ['epoch', 'revoke'],
  ['login-epoch', 'login'],
  ['row-c', 'strict'],
];

/** Removes guards one at a time and prints which invariant misses each. @returns the exit code */
export async function printTable(): Promise<number> {
  let unnoticed = 0;
  const line = (cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
  line(['guard removed', 'size', 'states until noticed', 'steps', 'caught by']);
  line(['---', '---', '---:', '---:', '---']);
  for (const [guard, size] of rows) {
    const output = await run(guard, size);
    const [, states = '?'] = /([\d,]+) states, [\d,]+ transitions, depth/.exec(output) ?? [];
    const [, caught] = /VIOLATION of (invariant \d+ \([^)]*\))/.exec(output) ?? [];
    const steps = output.split('\n').filter((text) => text.startsWith('    ')).length;
    if (caught === undefined) unnoticed += 1;
    line([guard, size, states, String(steps), caught ?? 'NOBODY']);
  }
  process.stdout.write(`${rows.length} guards removed one at a time, ${unnoticed} unnoticed\n`);
  return unnoticed === 0 ? 0 : 1;
}

function run(guard: string, size: string): Promise<string> {
  const args = [join(import.meta.dirname, 'main.ts'), '--size', size, '--remove', guard];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (error, output, errors) => {
      // 1 is a violation; anything else went wrong.
      if (error !== null && (error.code !== 1 || errors !== '')) reject(new Error(errors));
      else resolve(output);
    });
  });
}
