/**
 * Ends the process by `process.exit` at Ctrl-C, a termination or a hang-up, so that what listens for `exit` cleans up.
 *
 * @param before what to do first
 */
export function exitOnSignals(before: () => void = () => {}): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => {
      before();
      process.exit(code);
    });
  }
}
