/** A fault that the person who started the local run can act on: its message is printed alone, without a stack trace. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
