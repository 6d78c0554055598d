import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { busSource } from '../contract/bus.ts';
import type { DomainEvent, Events } from '../core/events.ts';
import { describeError, log } from '../log.ts';

/** PutEvents takes ten at once. */
const batchSize = 10;

/**
 * Publishes on the team's bus. One try of at most 1 s: an answer to a user does not wait for a bus that is down, and
 * what was not heard is in the log.
 */
export function eventBridgeEvents(busName: string): Events {
  const client = new EventBridgeClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 500, requestTimeout: 1000, throwOnRequestTimeout: true },
  });
  const put = async (events: readonly DomainEvent[]) => {
    const Entries = events.map(({ type, ...detail }) => ({
      EventBusName: busName,
      Source: busSource.out,
      DetailType: type,
      Detail: JSON.stringify(detail),
    }));
    const { FailedEntryCount = 0 } = await client.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount > 0) throw new Error('the bus refused an event');
  };
  return {
    async publish(events) {
      try {
        for (let start = 0; start < events.length; start += batchSize) {
          await put(events.slice(start, start + batchSize));
        }
      } catch (error) {
        log({ level: 'error', route: 'events', outcome: 'unpublished', error: describeError(error) });
      }
    },
  };
}
