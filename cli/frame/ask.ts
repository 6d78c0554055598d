import { buffer } from 'node:stream/consumers';
import { type CommonOptions, confirm, isCancel, password } from '@clack/prompts';
import { exitCodes, Failure } from './failure.ts';
import type { Io } from './io.ts';

/**
 * Asks at the terminal. Prompts go to standard error, because standard output is for results.
 *
 * @throws Failure if it is stopped: Ctrl-C, Ctrl-D, or the end of the input, for which the library would wait forever
 */
async function ask<T>({ stdin, stderr }: Io, prompt: (common: CommonOptions) => Promise<T | symbol>): Promise<T> {
  const stop = new AbortController();
  const end = () => stop.abort();
  const onKey = (_text: unknown, key?: { readonly name?: string; readonly ctrl?: boolean }) => {
    if (key?.ctrl === true && key.name === 'd') end();
  };
  if (stdin.readableEnded) end();
  stdin.on('end', end).on('keypress', onKey);
  try {
    const answer = await prompt({ input: stdin, output: stderr, signal: stop.signal });
    if (isCancel(answer)) throw new Failure('stopped: nothing was changed', exitCodes.stopped);
    return answer as T;
  } finally {
    stdin.off('end', end).off('keypress', onKey);
  }
}

/** Why a password is refused; undefined if it is not. */
export type PasswordFault = (password: string) => string | undefined;

/**
 * Reads a password from standard input if requested, otherwise twice from the terminal. Never from the command line.
 *
 * @throws Failure for a refused password on standard input; at the terminal, the prompt is repeated
 */
export async function readPassword(fromStdin: boolean, faultOf: PasswordFault, io: Io): Promise<string> {
  if (!fromStdin) return passwordFromPrompt(io, (typed) => encodingFault(typed) ?? faultOf(typed));
  const typed = await passwordFromStdin(io);
  const unreadable = encodingFault(typed) ?? lineFault(typed);
  if (unreadable !== undefined) throw new Failure(unreadable, exitCodes.usage);
  const fault = faultOf(typed);
  if (fault !== undefined) throw new Failure(`${fragment(fault)}; nothing was changed`);
  return typed;
}

/** A sentence as a part of another: errors begin in lower case and have no full stop. */
const fragment = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');

/** U+FFFD replaces bytes that are not UTF-8: different passwords would become the same text. */
const encodingFault = (typed: string) =>
  typed.includes('\ufffd') ? `the password contains U+FFFD: ${useUtf8}` : undefined;

/** A login form sends one line: nobody could type such a password there. */
const lineFault = (typed: string) =>
  /[\r\n]/.test(typed)
    ? 'standard input has more than one line: pass the password once; nothing was changed'
    : undefined;

const useUtf8 = 'pass it as UTF-8; nothing was changed';

/** All of standard input without its last line break. */
async function passwordFromStdin(io: Io): Promise<string> {
  return (await readStdin(io)).replace(/\r?\n$/, '');
}

/** All of standard input. @throws Failure unless it is UTF-8 without a byte order mark */
export async function readStdin({ stdin }: Pick<Io, 'stdin'>): Promise<string> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await buffer(stdin));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Failure(`standard input is not UTF-8: ${useUtf8}`, exitCodes.usage);
  }
  // ASCII letters in UTF-16 are valid UTF-8 with a NUL after each letter.
  if (text.includes('\0'))
    throw new Failure(`standard input contains NUL, as UTF-16 does: ${useUtf8}`, exitCodes.usage);
  if (text.startsWith('\ufeff')) {
    throw new Failure(
      'standard input starts with a byte order mark: leave it out; nothing was changed',
      exitCodes.usage,
    );
  }
  return text;
}

/** How often a password is asked for and confirmed, at most. */
const maxRounds = 3;

/**
 * Prompts at the terminal, without echo: again until the password is accepted, then once more to confirm it. If the two
 * differ, it starts over, up to {@link maxRounds} times in all.
 */
export async function passwordFromPrompt(io: Io, faultOf: PasswordFault): Promise<string> {
  if (io.stdin.isTTY !== true) {
    throw new Failure('there is no terminal to ask for a password: use --password-stdin', exitCodes.usage);
  }
  const validate = (typed = '') => faultOf(typed);
  for (let round = 1; round <= maxRounds; round += 1) {
    const message = round === 1 ? 'Password:' : 'The two passwords differ. Password:';
    const first = await ask<string>(io, (common) => password({ message, validate, clearOnError: true, ...common }));
    const second = await ask<string>(io, (common) => password({ message: 'Once more:', ...common }));
    if (first === second) return first;
  }
  throw new Failure('the two passwords differ; nothing was changed');
}

/**
 * Asks for confirmation before an action that cannot be undone.
 *
 * @param what happens, as a sentence: "This deletes alice and everything about her."
 * @throws Failure unless the answer is yes, or if there is no terminal to ask on
 */
export async function confirmed(what: string, yes: boolean | undefined, io: Io): Promise<void> {
  if (yes === true) return;
  if (io.stdin.isTTY !== true) {
    throw new Failure('there is no terminal to ask for confirmation: to go ahead, add --yes', exitCodes.usage);
  }
  const message = `${what} Continue?`;
  const answer = await ask<boolean>(io, (common) => confirm({ message, initialValue: false, ...common }));
  if (!answer) throw new Failure('stopped: nothing was changed', exitCodes.stopped);
}
