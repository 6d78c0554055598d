import { join } from 'node:path';
import { found, type GuardRun, printGuardTable } from './guard-table.ts';
import { guardSets, searchOnly } from './guards.ts';

/** Repeats the run without one guard, for each of the guards. @returns the exit code */
export function printTable(seed: number, ops: number): Promise<number> {
  const runs = Object.keys(guardSets)
    .filter((guard) => !searchOnly.includes(guard))
    .map(
      (guard): GuardRun => ({
        guard,
        args: ['--seed', String(seed), '--ops', String(ops)],
        cells: (output) => [
          found(/^operations +([\d,]+)/m, output),
          found(/the shortest plan: (\d+)/, output),
          found(/seed \d+, world (\d+)/, output),
        ],
      }),
    );
  const head = ['operations until then', 'lines of the shortest plan', 'world'];
  return printGuardTable(join(import.meta.dirname, 'main.ts'), head, runs);
}
