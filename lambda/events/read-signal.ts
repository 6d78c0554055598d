import { type Schema, Validator } from '@cfworker/json-schema';
import { busSource, signalTypes } from '../contract/bus.ts';
import type { SecurityEvent } from '../core/events.ts';
import { signalSchema } from './signal-schema.ts';

export interface Signal {
  /** The event's own id: the same at every redelivery. */
  readonly id: string;
  readonly type: SecurityEvent;
  readonly subject: string;
}

/** An event that is no signal. The message names the faults and quotes nothing. */
export class MalformedSignal extends Error {
  override readonly name = 'MalformedSignal';
}

const validator = new Validator(signalSchema as unknown as Schema, '2020-12');

/** Reads an EventBridge event as a signal. @throws MalformedSignal */
export function readSignal(event: Readonly<Record<string, unknown>>): Signal {
  const { id, source, detail } = event;
  const type = signalTypes.find((known) => known === event['detail-type']);
  if (typeof id !== 'string' || id === '' || source !== busSource.in || type === undefined) {
    throw new MalformedSignal('not an event that Pawl listens to');
  }
  const { valid, errors } = validator.validate(detail);
  if (!valid) throw new MalformedSignal(`detail is malformed at ${errors.map((e) => e.instanceLocation).join(', ')}`);
  return { id, type, subject: (detail as { subject: string }).subject };
}
