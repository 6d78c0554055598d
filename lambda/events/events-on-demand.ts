import type { Events } from '../core/events.ts';

/** The event bus, whose client is loaded with the first event: a refresh publishes only the reuse of a token. */
export function eventsOnDemand(busName: string): Events {
  let loading: Promise<Events> | undefined;
  return {
    async publish(events) {
      loading ??= import('./event-bridge.ts').then(({ eventBridgeEvents }) => eventBridgeEvents(busName));
      await (await loading).publish(events);
    },
  };
}
