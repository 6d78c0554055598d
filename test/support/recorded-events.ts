import type { DomainEvent, Events } from '../../lambda/core/events.ts';
import { writeDown } from './transcript.ts';

/** Records the published events. */
export class RecordedEvents implements Events {
  readonly all: DomainEvent[] = [];

  async publish(events: readonly DomainEvent[]): Promise<void> {
    this.all.push(...events);
    for (const event of events) writeDown('event', JSON.stringify(event));
  }

  /** The event types, in order. */
  get types(): readonly string[] {
    return this.all.map(({ type }) => type);
  }
}
