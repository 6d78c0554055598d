import type { Readable, Writable } from 'node:stream';

/** The environment of a command: the process, or a test. */
export interface Io {
  readonly env: NodeJS.ProcessEnv;
  /** A terminal has `isTTY`. */
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
}
