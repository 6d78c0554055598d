import { CommandLine } from '../../scripts/command-line.ts';
import { guardsNamed, removeGuards } from '../torture/guards.ts';
import { clientSizes, quickClientSizes } from './client/size.ts';
import { quickSizes, sizes } from './size.ts';
import { printTable } from './table.ts';

const help = `npm run search -- [options]

Explores every interleaving of small scenarios, and checks the invariants of docs/protocol.md in each state.

  --size <name>        a scenario, may be repeated: ${Object.keys(sizes).join(', ')}
                       (default: ${quickSizes.join(', ')}, which take one to two minutes)
  --client             explores executions of the client library against the service instead; sizes:
                       ${Object.keys(clientSizes).join(', ')}
                       (default: ${quickClientSizes.join(', ')}, which take a minute)
  --remove <guard>     searches without one guard
  --guards             removes each guard in turn and prints a table

Exit code 1: a violation; with --guards, a guard whose removal is not detected.`;

const commandLine = new CommandLine('search', help);
const { values } = commandLine.parse({
  options: {
    size: { type: 'string', multiple: true },
    client: { type: 'boolean', default: false },
    remove: { type: 'string' },
    guards: { type: 'boolean', default: false },
  },
});
const [known, quick] = values.client ? [clientSizes, quickClientSizes] : [sizes, quickSizes];
const names = values.size ?? quick;
for (const name of names) commandLine.oneOf('size', name, Object.keys(known));

if (values.guards) {
  process.exitCode = await (values.client ? (await import('./client/table.ts')).printClientTable() : printTable());
} else {
  const { remove } = values;
  if (remove !== undefined) removeGuards(commandLine.orRefuse(() => guardsNamed(remove)));
  // Import only now, so that a guard is removed before its module is loaded.
  const search = values.client
    ? (await import('./client/search.ts')).searchClient
    : (await import('./search.ts')).search;
  process.exitCode = await search(names);
}
