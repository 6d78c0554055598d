import { join } from 'node:path';
import { found, type GuardRun, printGuardTable } from '../../torture/guard-table.ts';
import { clientGuardSizes } from './size.ts';

/** @returns the exit code */
export function printClientTable(): Promise<number> {
  const runs = Object.entries(clientGuardSizes).map(
    ([guard, size]): GuardRun => ({
      guard,
      args: ['--client', '--size', size],
      cells: (output) => [
        `\`${size}\``,
        found(/([\d,]+) executions, [\d,]+ given up as repetitions, [\d.]+ s, /, output),
        found(/^ {2}(\d+) choices, of/m, output),
      ],
    }),
  );
  const head = ['size', 'executions until noticed', 'choices'];
  return printGuardTable(join(import.meta.dirname, '../main.ts'), head, runs);
}
