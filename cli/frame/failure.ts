/** A command failed: one line for the operator, and an exit code. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
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
