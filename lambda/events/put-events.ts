import { EventBridgeClient, PutEventsCommand, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { connections } from '../connections.ts';
import { busSource } from '../contract/bus.ts';
import type { DomainEvent } from '../core/events.ts';

/** Maximum number of entries in one PutEvents request. */
const batchSize = 10;

type Entry = NonNullable<PutEventsCommandInput['Entries']>[number];

export interface PutLimits {
  /** Attempts per batch. */
  readonly maxAttempts: number;
  /** Milliseconds. */
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
}

/** The bus rejected an event of a request that succeeded. */
export class EventRefused extends Error {
  override readonly name = 'EventRefused';
}

/**
 * Puts events on a bus, as the service or as a sender of signals. EventBridge may deliver an event twice.
 *
 * @returns a function that puts events; it throws {@link EventRefused} and errors of the SDK
 */
export function putOn(busName: string, { maxAttempts, ...limits }: PutLimits) {
  const client = new EventBridgeClient({ maxAttempts, requestHandler: connections(limits) });
  /** A PutEvents request with status 200 may have rejected single entries: those are sent again. */
  const put = async (entries: Entry[], attempt = 1): Promise<void> => {
    const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries: entries }));
    const refused = entries.filter((_, index) => results[index]?.ErrorCode !== undefined);
    if (refused.length === 0) return;
    if (attempt === maxAttempts) {
      const codes = results.flatMap(({ ErrorCode }) => ErrorCode ?? []);
      throw new EventRefused(`the bus rejected an event (${[...new Set(codes)].join(', ')})`);
    }
    return put(refused, attempt + 1);
  };
  return async (events: readonly DomainEvent[], source: string = busSource.out): Promise<void> => {
    const entries = events.map(({ type, ...detail }) => entryOf(busName, source, type, detail));
    for (let start = 0; start < entries.length; start += batchSize) await put(entries.slice(start, start + batchSize));
  };
}

/** One signal to the service: docs/events.md. */
export async function putSignal(busName: string, type: string, detail: object, limits: PutLimits): Promise<void> {
  await putOn(busName, limits)([{ type, ...detail } as DomainEvent], busSource.in);
}

function entryOf(EventBusName: string, Source: string, DetailType: string, detail: object): Entry {
  return { EventBusName, Source, DetailType, Detail: JSON.stringify(detail) };
}
