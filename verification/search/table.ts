import { join } from 'node:path';
import { found, type GuardRun, printGuardTable } from '../torture/guard-table.ts';

/** The guards that the model exercises, and the first size that detects the absence of each. */
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
  ['note', 'theft'],
  ['owed', 'theft'],
  ['settle', 'theft'],
  ['row-c', 'strict'],
  ['older-ends-newer', 'owner'],
  ['owner-completes', 'owner'],
];

const runs = rows.map(
  ([guard, size]): GuardRun => ({
    guard,
    args: ['--size', size],
    cells: (output) => [
      `\`${size}\``,
      found(/([\d,]+) states, [\d,]+ transitions, depth/, output),
      String(output.split('\n').filter((text) => text.startsWith('    ')).length),
    ],
  }),
);

/** @returns the exit code */
export function printTable(): Promise<number> {
  return printGuardTable(join(import.meta.dirname, 'main.ts'), ['size', 'states until noticed', 'steps'], runs);
}
