import { describeError, log } from '../log.ts';

/** Events that the bus did not take never fail a request: the log and an alarm report them. */
export function logUnpublished(error: unknown): void {
  log({ level: 'error', route: 'events', outcome: 'unpublished', error: describeError(error) });
}
