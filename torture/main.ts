import { parseArgs } from 'node:util';
import { guardsNamed, removeGuards } from './guards.ts';

/**
 *   npm run torture -- --seed 1 --ops 50000 [--engine memory|dynoxide] [--remove <guard>]
 *   npm run torture -- --seed 1 --ops 50000 --guards
 *
 * Exits with 1 at any violation; with `--guards` at any guard that nobody misses.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    ops: { type: 'string', default: '50000' },
    engine: { type: 'string', default: 'memory' },
    remove: { type: 'string' },
    guards: { type: 'boolean', default: false },
  },
});

if (values.guards) {
  const { printTable } = await import('./table.ts');
  process.exitCode = await printTable(values.seed, values.ops);
} else {
  if (values.remove !== undefined) removeGuards(guardsNamed(values.remove));
  // Loaded only now, so that a guard is gone before its module comes.
  const { torture } = await import('./torture.ts');
  process.exitCode = await torture({
    seed: Number(values.seed),
    ops: Number(values.ops),
    engine: values.engine === 'dynoxide' ? 'dynoxide' : 'memory',
    removed: values.remove,
  });
}
