import { EventBridgeClient, PutEventsCommand, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { connections } from '../connections.ts';
import { busSource } from '../contract/bus.ts';
import type { DomainEvent, Events } from '../core/events.ts';
import { describeError, log } from '../log.ts';

/** PutEvents takes ten at once. */
const batchSize = 10;

/** Tries for one batch: one more than a connection that died while the function was frozen costs. */
const maxAttempts = 2;

type Entry = NonNullable<PutEventsCommandInput['Entries']>[number];

/**
 * Publishes on the team's bus. Two tries of at most 1 s: an answer to a user does not wait for a bus that is down, and
 * what was not heard is in the log. An event may arrive twice, as every event of EventBridge.
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
  /** PutEvents takes some of a batch and refuses others, with status 200: those are sent again. */
  const put = async (entries: Entry[], attempt = 1): Promise<void> => {
    const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries: entries }));
    const refused = entries.filter((_, index) => results[index]?.ErrorCode !== undefined);
    if (refused.length === 0) return;
    if (attempt === maxAttempts) throw new Error('the bus refused an event');
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
