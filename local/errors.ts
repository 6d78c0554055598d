/** An error that you can act on, such as a port in use: printed as one line, without a stack trace. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
