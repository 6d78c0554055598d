import { EventBridgeClient, PutEventsCommand, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { connections } from '../connections.ts';
import { busSource } from '../contract/bus.ts';
import type { DomainEvent, Events } from '../core/events.ts';
import { describeError, log } from '../log.ts';

/** PutEvents accepts at most ten events. */
const batchSize = 10;

/** Attempts per batch: one more than a connection closed during a freeze costs. */
const maxAttempts = 2;

type Entry = NonNullable<PutEventsCommandInput['Entries']>[number];

/**
 * Publishes on the event bus. Two attempts of at most 1 s each: a response does not wait for an unavailable bus, and
 * unpublished events are logged. An event may arrive twice, as always with EventBridge.
 */
export function eventBridgeEvents(busName: string): Events {
  const client = new EventBridgeClient({
    maxAttempts,
    requestHandler: connections({ connectionTimeout: 500, requestTimeout: 1000 }),
  });
  const entryOf = ({ type, ...detail }: DomainEvent): Entry => ({
    EventBusName: busName,
    Source: busSource.out,
    DetailType: type,
    Detail: JSON.stringify(detail),
  });
  /**
   * PutEvents may accept some events of a batch and reject others, with status 200. The rejected ones are sent again.
   */
  const put = async (entries: Entry[], attempt = 1): Promise<void> => {
    const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries: entries }));
    const refused = entries.filter((_, index) => results[index]?.ErrorCode !== undefined);
    if (refused.length === 0) return;
    if (attempt === maxAttempts) throw new Error('the event bus rejected an event');
    return put(refused, attempt + 1);
  };
  return {
    async publish(events) {
      try {
        for (let start = 0; start < events.length; start += batchSize) {
          await put(events.slice(start, start + batchSize).map(entryOf));
        }
      } catch (error) {
        log({ level: 'error', route: 'events', outcome: 'unpublished', error: describeError(error) });
      }
    },
  };
}
