import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Context } from '../frame/command.ts';
import { exitCodes, Failure } from '../frame/failure.ts';

/** The report of refused accounts, each with its place in the source and the reason. */
export interface Report {
  add(from: string, reason: string): Promise<void>;
  /** @returns where to read it */
  close(): Promise<string>;
}

/**
 * Opens the report: a file of JSON Lines if one is named, otherwise standard error. With `--json`, the same lines also
 * go to standard output.
 *
 * @throws Failure if the file cannot be written
 */
export async function openReport(path: string | undefined, { io, output }: Context): Promise<Report> {
  const file = path === undefined ? undefined : createWriteStream(path, { mode: 0o600 });
  if (file !== undefined) {
    await once(file, 'open').catch((error: NodeJS.ErrnoException) => {
      throw new Failure(`${path} cannot be written (${error.code}); nothing was changed`, exitCodes.usage);
    });
  }
  // A progress bar may be on the line.
  const start = (io.stderr as { isTTY?: boolean }).isTTY === true ? '\r\u001b[K' : '';
  return {
    add: async (from, reason) => {
      if (output.json) output.one({ from, reason });
      if (file === undefined) return write(io.stderr, `${start}${from}: ${reason}\n`);
      return write(file, `${JSON.stringify({ from, reason })}\n`);
    },
    close: async () => {
      if (file === undefined) return 'see above';
      file.end();
      await once(file, 'close');
      return `see ${path}`;
    },
  };
}

/** Writes a line, and waits if the reader is slower. */
async function write(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}
