/**
 * An error with the name of another one and nothing else, as the cause of a failure. The message and the properties of
 * the original may quote a secret or a request; the name says what happened, and the log shows it.
 */
export function nameOnly(error: unknown): Error {
  const name = error instanceof Error ? error.name : typeof error;
  return Object.assign(new Error(name), { name });
}
