import { CommandLine } from '../../scripts/command-line.ts';
import { guardsNamed, removeGuards } from '../torture/guards.ts';
import { quickSizes, sizes } from './size.ts';
import { printTable } from './table.ts';

/**
 *   npm run search -- [--size <name> ...] [--remove <guard>]
 *   npm run search -- --guards
 *
 * The sizes are those of size.ts; without one: those that take seconds. Exits with 1 at any violation; with `--guards` at
 * any guard whose removal is not detected.
 */
const commandLine = new CommandLine('search');
const { values } = commandLine.parse({
  options: {
    size: { type: 'string', multiple: true, default: [...quickSizes] },
    remove: { type: 'string' },
    guards: { type: 'boolean', default: false },
  },
});
for (const size of values.size) commandLine.oneOf('size', size, Object.keys(sizes));

if (values.guards) {
  process.exitCode = await printTable();
} else {
  const { remove } = values;
  if (remove !== undefined) removeGuards(commandLine.orRefuse(() => guardsNamed(remove)));
  // Import only now, so that a guard is removed before its module is loaded.
  const { search } = await import('./search.ts');
  process.exitCode = await search(values.size);
}
