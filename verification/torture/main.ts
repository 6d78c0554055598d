import { CommandLine } from '../../scripts/command-line.ts';
import { guardsNamed, removeGuards } from './guards.ts';

/**
 *   npm run torture -- --seed 1 --ops 50000 [--engine memory|dynoxide] [--remove <guard>]
 *   npm run torture -- --seed 1 --ops 50000 --guards
 *   npm run torture -- --seed 1 --soak
 *   npm run torture -- --seed 1 --ops 50000 --mixed [--engine memory|dynoxide]
 *
 * `--soak`: two tabs and a phone for an hour, with a lost response in every tenth refresh.
 * `--mixed`: the previous version serves beside this one, with settings of its own, as during a deployment.
 *
 * Exits with 1 at any violation; with `--guards`, at any guard whose removal is not detected.
 */
const commandLine = new CommandLine('torture');
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
