import { Command, CommanderError } from 'commander';
import { argumentHelp } from './argument-help.ts';
import { explain } from './explain.ts';
import { exitCodes } from './failure.ts';
import { unmark } from './identifiers.ts';
import type { Io } from './io.ts';
import { createOutput, type Output, printable } from './output.ts';
import { refuseEmpty } from './refuse-empty.ts';
import { Steps } from './steps.ts';
import { openTarget, type Target, type TargetOptions } from './target.ts';
import { columnsOf } from './terminal-width.ts';
import { usageFault } from './usage-fault.ts';

/** The dependencies of a command. */
export interface Context {
  readonly target: Target;
  readonly output: Output;
  readonly steps: Steps;
  readonly io: Io;
}

/** A command without its target. */
export type CommandFactory = (io: Io) => Command;

/** The exit code of a command that failed and has already reported why. */
export class Ended extends Error {
  override readonly name = 'Ended';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`ended with ${exitCode}`);
    this.exitCode = exitCode;
  }
}

export interface CommonOptions extends TargetOptions {
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** A command that works on a service. */
export interface CommandSpec<Options> {
  /** Name and arguments, as commander spells them: `add <username>`. */
  readonly usage: string;
  readonly summary: string;
  /** Example command lines, without `pawl`, each with a description. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Whether it changes anything; @default true */
  readonly changes?: boolean;
  /** Whether it asks for confirmation. @default false */
  readonly asks?: boolean;
  /** Adds options of its own. */
  readonly options?: (command: Command) => Command;
  readonly run: (args: readonly string[], options: Options & CommonOptions, context: Context) => Promise<void>;
}

/** Builds a command from its specification: target, output and error handling. */
export function command<Options = object>(spec: CommandSpec<Options>): CommandFactory {
  return (io) => make(spec, io);
}

function make<Options>(spec: CommandSpec<Options>, io: Io): Command {
  const { usage, summary, examples, changes = true, asks = false, options = (same) => same, run } = spec;
  const [name = '', ...args] = usage.split(/ (?=[<[])/);
  const made = bare(name, io).summary(summary).description(sentence(summary));
  for (const arg of args) made.argument(arg, argumentHelp[arg]);
  options(made)
    .option('--stack <name>', 'deployed stack')
    .option('--local', 'service of npm start on this machine, at PORT (3000)')
    .option('--table <name>', 'table, for a stack without outputs')
    .option('--bus <name>', 'event bus, for a stack without outputs')
    .option('--function <name>', 'key function, for a stack without outputs')
    .option('--profile <name>', 'AWS profile')
    .option('--region <name>', 'AWS region')
    .option('--json', 'print JSON, one object per line');
  if (asks) made.option('--yes', 'do not ask for confirmation');
  const lines = examples.map(([line, what]) => `  # ${what}\n  pawl ${line}`);
  made.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
  made.action(async () => {
    const values = Object.entries(made.opts()).map(([option, value]) => [option, unmark(value as unknown)]);
    const given = Object.fromEntries(values) as Options & CommonOptions;
    const steps = new Steps();
    try {
      refuseEmpty(made);
      const target = await openTarget(given, io.env);
      const output = createOutput(given.json === true, (text) => io.stdout.write(text), columnsOf(io.stdout));
      await run(made.args.map(unmark), given, { target, output, steps, io });
    } catch (error) {
      const origin = { profile: io.env.AWS_PROFILE, isLocal: given.local === true };
      const { text, exitCode } = explain(error, steps, changes, origin);
      // Messages quote names and columns of files.
      io.stderr.write(`${text.split('\n').map(printable).join('\n')}\n`);
      throw new Ended(exitCode);
    }
  });
  return made;
}

/** A group of commands: `pawl users`. */
export function group(name: string, summary: string, commands: readonly CommandFactory[]): CommandFactory {
  return (io) => {
    const made = withHelp(bare(name, io)).summary(summary).description(sentence(summary));
    for (const each of commands) made.addCommand(each(io));
    return made;
  };
}

/** A command that writes to the given streams, and throws where commander would exit the process. */
export function bare(name: string, { stdout, stderr }: Io): Command {
  const writers = { writeOut: (text: string) => stdout.write(text), writeErr: (text: string) => stderr.write(text) };
  const outputError = (text: string, write: (text: string) => void) => write(usageFault(text));
  return new Command(name)
    .configureOutput({ ...writers, outputError })
    .configureHelp({ minWidthToWrap: 20, subcommandTerm })
    .helpOption('-h, --help', 'show this help')
    .exitOverride((error) => {
      throw error;
    });
}

/** A command in a list: name and arguments. Almost every command has options. */
function subcommandTerm(made: Command): string {
  const omitted = made.commands.length > 0 ? '[options] [command]' : '[options]';
  return `${made.name()} ${made.usage().replace(omitted, '').trim()}`.trim();
}

/** Adds `help` to a command that has others. */
export const withHelp = (made: Command): Command => made.helpCommand('help [command]', 'show the help of a command');

/** Lists have fragments, and the help of a command begins with a sentence. */
const sentence = (fragment: string) => `${fragment.charAt(0).toUpperCase()}${fragment.slice(1)}.`;

/** The exit code for an error of a command. @throws any other error */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Ended) return error.exitCode;
  // Commander exits with 1 for an invalid command line; here, 1 means that the command failed.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  throw error;
}
