import { CommandLine } from '../../scripts/command-line.ts';
import { guardsNamed, removeGuards } from '../torture/guards.ts';
import { quickSizes, sizes } from './size.ts';
import { printTable } from './table.ts';

const help = `npm run search -- [options]

Explores every interleaving of small scenarios, and checks the invariants of docs/protocol.md in each state.

  --size <name>        a scenario, may be repeated: ${Object.keys(sizes).join(', ')}
                       (default: ${quickSizes.join(', ')}, which take seconds)
  --remove <guard>     searches without one guard
  --guards             removes each guard in turn and prints a table

Exit code 1: a violation; with --guards, a guard whose removal is not detected.`;

const commandLine = new CommandLine('search', help);
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
