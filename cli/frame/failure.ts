/** A command failed: one line for the operator, and an exit code. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

const fileFaults: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the disk',
  Z_BUF_ERROR: 'the gzip data ends early',
  Z_DATA_ERROR: 'the gzip data is damaged',
};

/** Why a file could not be read or written; the system's code if there is no better word. */
export function fileFault(error: unknown): string {
  const { code = 'unknown error' } = error as { readonly code?: string };
  return fileFaults[code] ?? code;
}

/** Exit codes other than 0: docs/cli.md. */
export const exitCodes = {
  /** Not done, or only in part. */
  failed: 1,
  /** The command line is wrong; nothing was done. */
  usage: 2,
  /** A username or an e-mail address is taken. */
  exists: 3,
  /** There is no such user, session or key. */
  notFound: 4,
  /** Ctrl-C, or "no" to a question. */
  stopped: 130,
} as const;
