import { EventBridgeClient, PutEventsCommand, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { connections } from '../connections.ts';
import { busSource } from '../contract/bus.ts';
import type { DomainEvent } from '../core/events.ts';

/** PutEvents takes ten at once. */
const batchSize = 10;

type Entry = NonNullable<PutEventsCommandInput['Entries']>[number];

export interface PutLimits {
  /** Tries for one batch. */
  readonly maxAttempts: number;
  /** Milliseconds. */
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
}

/** The bus did not take an event, although AWS answered. */
export class EventRefused extends Error {
  override readonly name = 'EventRefused';
}

/**
 * Puts events on a bus, as the service or as a sender of signals. An event may arrive twice, as every event of
 * EventBridge.
 *
 * @returns what puts them; it throws {@link EventRefused}, or whatever the SDK throws
 */
export function putOn(busName: string, { maxAttempts, ...limits }: PutLimits) {
  const client = new EventBridgeClient({ maxAttempts, requestHandler: connections(limits) });
  /** PutEvents takes some of a batch and refuses others, with status 200: those are sent again. */
  const put = async (entries: Entry[], attempt = 1): Promise<void> => {
    const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries: entries }));
    const refused = entries.filter((_, index) => results[index]?.ErrorCode !== undefined);
    if (refused.length === 0) return;
    if (attempt === maxAttempts) {
      const codes = results.flatMap(({ ErrorCode }) => ErrorCode ?? []);
      throw new EventRefused(`the bus refused an event (${[...new Set(codes)].join(', ')})`);
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
