import type { Events } from '../core/events.ts';
import { describeError, log } from '../log.ts';
import { putOn } from './put-events.ts';

/** Tries for one batch: one more than a connection that died while the function was frozen costs. */
const maxAttempts = 2;

/**
 * Publishes on the team's bus. Two tries of at most 1 s: an answer to a user does not wait for a bus that is down, and
 * what was not heard is in the log.
 */
export function eventBridgeEvents(busName: string): Events {
  const put = putOn(busName, { maxAttempts, connectionTimeout: 500, requestTimeout: 1000 });
  return {
    async publish(events) {
      try {
        await put(events);
      } catch (error) {
        log({ level: 'error', route: 'events', outcome: 'unpublished', error: describeError(error) });
      }
    },
  };
}
