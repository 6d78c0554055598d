import { once } from 'node:events';
import { closeSync, openSync, statSync, writeFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Context } from '../frame/command.ts';
import { exitCodes, Failure } from '../frame/failure.ts';
import { printable } from '../frame/output.ts';

/** The report of refused accounts, each with its place in the source and the reason. */
export interface Report {
  add(from: string, reason: string): Promise<void>;
  /** @returns where to read it */
  close(): string;
}

/**
 * Opens the report: a file of JSON Lines if one is named, otherwise standard error. With `--json`, the same lines also
 * go to standard output.
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
  // A progress bar may be on the line.
  const start = (io.stderr as { isTTY?: boolean }).isTTY === true ? '\r\u001b[K' : '';
  return {
    add: async (from, reason) => {
      if (output.json) output.one({ from, reason });
      if (file === undefined) return write(io.stderr, `${start}${printable(`${from}: ${reason}`)}\n`);
      try {
        // Synchronous: refusals are few, and several batches report at the same time.
        writeFileSync(file, `${JSON.stringify({ from, reason })}\n`);
      } catch (error) {
        throw new Failure(`${path} cannot be written (${(error as NodeJS.ErrnoException).code})`);
      }
    },
    close: () => {
      if (file === undefined) return 'see above';
      closeSync(file);
      return `see ${path}`;
    },
  };
}

/** @returns its descriptor */
function openFile(path: string, inputs: readonly (string | undefined)[]): number {
  try {
    if (!inputs.some((input) => input !== undefined && isSameFile(input, path))) return openSync(path, 'w', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(`${path} cannot be written (${code}); nothing was changed`, exitCodes.usage);
  }
  throw new Failure(`${path} is also read: name another file for the report`, exitCodes.usage);
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return a?.isFile() === true && a.ino === b?.ino && a.dev === b.dev;
}

/** Writes a line, and waits if the reader is slower. */
async function write(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}
