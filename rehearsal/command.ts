import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** Options of a command. */
export interface CommandOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs: number;
  /** Standard input. @default none */
  readonly input?: string;
  /** File to append the output to. @default none */
  readonly log?: string;
  /** Accepted exit codes. @default only 0 */
  readonly accept?: readonly number[];
}

export interface CommandResult {
  readonly exitCode: number;
  /** Standard output and standard error, interleaved. */
  readonly output: string;
}

/** A command that failed or timed out. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

const running = new Set<ChildProcess>();

/** Runs a program until it exits. @throws CommandError with the last lines of its output */
export async function run(program: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { env, cwd, timeoutMs, input = '', log, accept = [0] } = options;
  // Its own process group, so that its child processes end with it.
  const child = spawn(program, args, { env, cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (log !== undefined) appendFileSync(log, chunk);
    });
  }
  // A program may ignore its input.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child, 'SIGKILL');
  }, timeoutMs);
  try {
    const exitCode = await ended(child);
    if (late) throw new CommandError(`${program} did not end within ${timeoutMs / 1000} s\n${tail(output)}`);
    if (!accept.includes(exitCode)) throw new CommandError(`${program} ended with ${exitCode}\n${tail(output)}`);
    return { exitCode, output };
  } finally {
    clearTimeout(timer);
    running.delete(child);
  }
}

/** Ends every command that is still running. Call it before the process exits. */
export function endCommands(): void {
  for (const child of running) endGroup(child, 'SIGKILL');
}

/** Signals a child and its descendants. The child must have been spawned detached. */
export function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The last lines of a text. */
export function tail(text: string, lines = 40): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** The exit code, after all output is read. @throws CommandError when the program cannot be started */
function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new CommandError(`${child.spawnfile} cannot be run: ${error.message}`)));
    child.once('close', (code) => resolve(code ?? 1));
  });
}
