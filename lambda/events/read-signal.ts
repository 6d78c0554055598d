import { type Schema, Validator } from '@cfworker/json-schema';
import { busSource } from '../contract/bus.ts';
import { type SecurityEvent, securityEvents } from '../core/events.ts';
import { signalSchema } from './signal-schema.ts';

export interface Signal {
  /** The signal's identity: the event's id, which is the same at every redelivery, or the sender's own id. */
  readonly id: string;
  readonly type: SecurityEvent;
  readonly subject: string;
}

/** An event that is not a signal. The message lists the faults and quotes nothing. */
export class MalformedSignal extends Error {
  override readonly name = 'MalformedSignal';
}

const validator = new Validator(signalSchema as unknown as Schema, '2020-12');

/** Reads an EventBridge event as a signal. @throws MalformedSignal */
export function readSignal(event: Readonly<Record<string, unknown>>): Signal {
  const { id, source, detail } = event;
  const type = securityEvents.find((known) => known === event['detail-type']);
  if (typeof id !== 'string' || id === '' || source !== busSource.in || type === undefined) {
    throw new MalformedSignal('not an event that Pawl handles');
  }
  const { valid, errors } = validator.validate(detail ?? null);
  if (!valid) throw new MalformedSignal(`detail is malformed at ${errors.map((e) => e.instanceLocation).join(', ')}`);
  const { subject, id: own } = detail as { subject: string; id?: string };
  // Two services may use the same ids, so a sender's id is scoped to subject and type.
  return { id: own === undefined ? id : JSON.stringify([type, subject, own]), type, subject };
}
