import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * Parses the command line of a tool of this repository. An invalid one ends the tool with one sentence and exit code 2
 * before anything runs, so that a typing error never looks like a run without findings.
 */
export class CommandLine {
  readonly #tool: string;
  readonly #help: string;

  /**
   * @param tool name of the npm script, as in `npm run <tool>`
   * @param help printed for `--help`, which ends the process
   */
  constructor(tool: string, help: string) {
    this.#tool = tool;
    this.#help = help;
  }

  parse<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
    if (process.argv.slice(2).some((arg) => arg === '--help' || arg === '-h')) {
      process.stdout.write(`${this.#help.trim()}\n`);
      process.exit(0);
    }
    return this.orRefuse(() => parseArgs(config));
  }

  /** Runs the parser of an option, and refuses the command line with the message of its error. */
  orRefuse<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      return this.refuse((error as Error).message);
    }
  }

  /** @returns a whole number of at least `min` */
  wholeNumber(option: string, text: string, min: number): number {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min ? value : this.refuse(`--${option} takes a whole number of at least ${min}, not "${text}"`);
  }

  /** @returns the name, which must be a known one */
  oneOf<Name extends string>(option: string, text: string, known: readonly Name[]): Name {
    return (
      known.find((name) => name === text) ?? this.refuse(`--${option} is one of ${known.join(', ')}, not "${text}"`)
    );
  }

  refuse(sentence: string): never {
    process.stderr.write(`${this.#tool}: ${sentence}\n`);
    process.exit(2);
  }
}
