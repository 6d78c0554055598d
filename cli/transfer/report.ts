import { once } from 'node:events';
import { closeSync, openSync, statSync, writeFileSync } from 'node:fs';
import type { Context } from '../frame/command.ts';
import { exitCodes, Failure, fileFault } from '../frame/failure.ts';
import { leftOutReason } from './formats/left-out.ts';
import { type Refusal, Refusals } from './refusals.ts';

/** The report of refused accounts and of what was left out of the others. */
export interface Report {
  add(refusal: Refusal): Promise<void>;
  /** An account that was created without some members of its source. Goes to the file only. */
  leftOut(from: string, members: readonly string[]): void;
  /** Shows the refusals by reason on standard error. @returns where to read all of them */
  close(): string;
}

/**
 * Opens the report. If a file is named, it gets a JSON line for each refusal and for each account with members left
 * out. With `--json`, the refusals also go to standard output.
 *
 * @param inputs files that the command reads, because opening the report empties its file
 * @throws Failure if the file cannot be written, or is one of the inputs
 */
export function openReport(
  path: string | undefined,
  inputs: readonly (string | undefined)[],
  { io, output }: Pick<Context, 'io' | 'output'>,
): Report {
  const file = path === undefined ? undefined : openFile(path, inputs);
  const refusals = new Refusals();
  const note = (line: object) => {
    if (file === undefined) return;
    try {
      // Synchronous, because several batches report at the same time.
      writeFileSync(file, `${JSON.stringify(line)}\n`);
    } catch (error) {
      throw new Failure(`${path} cannot be written: ${fileFault(error)}`);
    }
  };
  return {
    add: async (refusal) => {
      refusals.add(refusal);
      const { from, reason } = refusal;
      note({ from, reason });
      if (!output.json) return;
      output.one({ from, reason });
      if (io.stdout.writableNeedDrain) await once(io.stdout, 'drain');
    },
    leftOut: (from, members) => {
      if (members.length === 0) return;
      note({ from, leftOut: Object.fromEntries(members.map((name) => [name, leftOutReason(name)])) });
    },
    close: () => {
      for (const line of refusals.lines()) io.stderr.write(`${line}\n`);
      if (file !== undefined) {
        closeSync(file);
        return `see ${path}`;
      }
      return refusals.isAbridged && !output.json ? 'for the whole list, add --report <file>' : 'see above';
    },
  };
}

/** @returns its descriptor */
function openFile(path: string, inputs: readonly (string | undefined)[]): number {
  try {
    if (!inputs.some((input) => input !== undefined && isSameFile(input, path))) return openSync(path, 'w', 0o600);
  } catch (error) {
    throw new Failure(`${path} cannot be written: ${fileFault(error)}; nothing was changed`, exitCodes.usage);
  }
  throw new Failure(`${path} is also read: name another file for the report`, exitCodes.usage);
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return a?.isFile() === true && a.ino === b?.ino && a.dev === b.dev;
}
