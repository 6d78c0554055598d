import type { Events } from '../core/events.ts';
import { logUnpublished } from './log-unpublished.ts';
import { putOn } from './put-events.ts';

/** Attempts per batch: one more than a connection closed during a freeze costs. */
const maxAttempts = 2;

/**
 * Publishes on the event bus. Two attempts of at most 1 s each: a response does not wait for an unavailable bus, and
 * unpublished events are logged. An event may arrive twice, as always with EventBridge.
 */
export function eventBridgeEvents(busName: string): Events {
  const put = putOn(busName, { maxAttempts, connectionTimeout: 500, requestTimeout: 1000 });
  return {
    async publish(events) {
      try {
        await put(events);
      } catch (error) {
        logUnpublished(error);
      }
    },
  };
}
