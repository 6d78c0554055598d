import { CommandLine } from '../../scripts/command-line.ts';
import { guardsNamed, removeGuards } from './guards.ts';

const help = `npm run torture -- [options]

Plays random users, thieves, faults and revocations against the service, and checks the invariants of docs/protocol.md.

  --seed <number>      seed of the random numbers (default 1)
  --ops <number>       operations to play (default 50000)
  --engine <name>      memory (default), or dynoxide with the real stores
  --mixed              the previous version serves beside this one, with its own settings, as during a deployment
  --soak               two tabs and a phone for an hour, with a lost response in every tenth refresh
  --remove <guard>     plays without one guard
  --guards             removes each guard in turn and prints a table

Exit code 1: a violation; with --guards, a guard whose removal is not detected.`;

const commandLine = new CommandLine('torture', help);
const { values } = commandLine.parse({
  options: {
    seed: { type: 'string', default: '1' },
    ops: { type: 'string', default: '50000' },
    engine: { type: 'string', default: 'memory' },
    remove: { type: 'string' },
    guards: { type: 'boolean', default: false },
    mixed: { type: 'boolean', default: false },
    soak: { type: 'boolean', default: false },
  },
});
const seed = commandLine.wholeNumber('seed', values.seed, 0);
const ops = commandLine.wholeNumber('ops', values.ops, 1);
const engine = commandLine.oneOf('engine', values.engine, ['memory', 'dynoxide']);

if (values.soak) {
  process.exitCode = await (await import('./soak.ts')).soak(seed);
} else if (values.guards) {
  const { printTable } = await import('./table.ts');
  process.exitCode = await printTable(seed, ops);
} else {
  const { remove } = values;
  if (remove !== undefined) removeGuards(commandLine.orRefuse(() => guardsNamed(remove)));
  // Import only now, so that a guard is removed before its module is loaded.
  const { torture } = await import('./torture.ts');
  const old = values.mixed ? await (await import('./old-code.ts')).loadOldCode() : undefined;
  process.exitCode = await torture({ seed, ops, engine, removed: remove, old });
}
