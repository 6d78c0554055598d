import type { DomainEvent, Events } from '../../lambda/core/events.ts';
import { putOn } from '../../lambda/events/put-events.ts';
import type { Context } from './command.ts';

/** Events of a command. They are sent after its work is done, so that an unavailable bus is a single failed step. */
export class Outbox implements Events {
  readonly #events: DomainEvent[] = [];

  async publish(events: readonly DomainEvent[]): Promise<void> {
    this.#events.push(...events);
  }

  /**
   * Publishes events on the bus; does nothing without a bus. @throws errors of the SDK, or an Error when the bus
   * rejects an event
   */
  async put({ target, steps, output }: Context): Promise<void> {
    const bus = target.find('EventBusName');
    if (this.#events.length === 0) return;
    if (bus === undefined) {
      output.say('no event was published: --bus is not set');
      return;
    }
    const types = [...new Set(this.#events.map(({ type }) => type))].join(', ');
    await steps.run(`put ${types} on the bus ${bus}`, () => putOn(bus, limits)(this.#events));
  }
}

/** Operators can wait longer than a function may run. */
const limits = { maxAttempts: 3, connectionTimeout: 2000, requestTimeout: 5000 };
