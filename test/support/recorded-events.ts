import type { DomainEvent, Events } from '../../lambda/core/events.ts';

/** Writes down what was published. */
export class RecordedEvents implements Events {
  readonly all: DomainEvent[] = [];

  async publish(events: readonly DomainEvent[]): Promise<void> {
    this.all.push(...events);
  }

  /** The types in order. */
  get types(): readonly string[] {
    return this.all.map(({ type }) => type);
  }
}
