/**
 * Calls `process.exit` on SIGINT, SIGTERM or SIGHUP, so that listeners of `exit` clean up.
 *
 * @param before runs before the exit
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
