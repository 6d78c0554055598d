/** The functions cannot run in this environment. The message contains no secret. */
export class UnfitRuntimeError extends Error {
  override readonly name = 'UnfitRuntimeError';
}

/**
 * An error message for people: only our own messages and those of AWS. A parser's message may quote the secret that it
 * failed to parse.
 */
export function safeMessage(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const safe =
    ['RingError', 'IssuerError'].includes(error.name) || error instanceof UnfitRuntimeError || '$metadata' in error;
  return safe ? `${error.name}: ${error.message}` : error.name;
}
