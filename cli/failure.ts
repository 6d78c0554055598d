/** A command that cannot do what it was asked: one line for the person, and an exit code. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Exit codes besides 0 and 1. */
export const exitCodes = { usage: 2, exists: 3 } as const;
