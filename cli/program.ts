import addCompletion from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { doctor } from './doctor/doctor.ts';
import { sendEvent } from './events/send.ts';
import { bare, exitCodeOf, group, withHelp } from './frame/command.ts';
import { markIdentifier } from './frame/identifiers.ts';
import type { Io } from './frame/io.ts';
import { requireWidth } from './frame/terminal-width.ts';
import { keysCommands } from './keys/commands.ts';
import { sessionsCommands } from './sessions/commands.ts';
import { exportAccounts, importAccounts, restoreAccounts } from './transfer/commands.ts';
import { usersCommands } from './users/commands.ts';

const groups = [
  group('users', 'manage accounts', usersCommands),
  group('sessions', 'list and end sessions', sessionsCommands),
  group('keys', 'list, rotate and withdraw keys', keysCommands),
  group('events', 'send signals on the event bus', [sendEvent]),
];

/** The whole command line. */
export function createProgram(io: Io): Command {
  const program = withHelp(bare('pawl', io))
    .description('Operate a Pawl service, deployed or local.')
    .version(manifest.version, '--version', 'show the version')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong command line or file, 3 name taken,\n4 not found, 130 stopped.',
    );
  for (const each of groups) program.addCommand(each(io));
  for (const each of [doctor, exportAccounts, importAccounts, restoreAccounts]) program.addCommand(each(io));
  addCompletion(program, { completionCommandName: 'completion' });
  const completion = program.commands.find((each) => each.name() === 'completion');
  completion?.summary('print a script for shell completion').description('Print a script for shell completion.');
  for (const argument of completion?.registeredArguments ?? []) argument.description = 'shell that runs the script';
  return program;
}

/**
 * Runs one command line.
 *
 * @param args without the name of the program
 * @returns the exit code
 */
export async function runPawl(args: readonly string[], io: Io): Promise<number> {
  for (const stream of [io.stdout, io.stderr]) requireWidth(stream);
  try {
    await createProgram(io).parseAsync(args.map(markIdentifier), { from: 'user' });
    return 0;
  } catch (error) {
    return exitCodeOf(error);
  }
}
