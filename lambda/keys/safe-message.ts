/** The functions cannot run here. Its message holds no secret. */
export class UnfitRuntimeError extends Error {
  override readonly name = 'UnfitRuntimeError';
}

/** An error for people: our own words and those of AWS only. The message of a parser may quote the secret that it could not read. */
export function safeMessage(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const safe =
    ['RingError', 'IssuerError'].includes(error.name) || error instanceof UnfitRuntimeError || '$metadata' in error;
  return safe ? `${error.name}: ${error.message}` : error.name;
}
