import type { Events } from '../core/events.ts';
import { logUnpublished } from './log-unpublished.ts';

/** The event bus, whose client is loaded with the first event: a refresh publishes only the reuse of a token. */
export function eventsOnDemand(busName: string): Events {
  let bus: Events | undefined;
  return {
    async publish(events) {
      try {
        bus ??= (await import('./event-bridge.ts')).eventBridgeEvents(busName);
        await bus.publish(events);
      } catch (error) {
        logUnpublished(error);
      }
    },
  };
}
