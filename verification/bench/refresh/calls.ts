import type { ProxiedCall } from '../../../test/support/counting-proxy.ts';

/** The number of round trips: overlapping calls count as one. */
export function tripsOf(calls: readonly ProxiedCall[]): number {
  let trips = 0;
  let lastEnd = Number.NEGATIVE_INFINITY;
  for (const { startedAt, endedAt } of calls.toSorted((a, b) => a.startedAt - b.startedAt)) {
    if (startedAt >= lastEnd) trips += 1;
    lastEnd = Math.max(lastEnd, endedAt);
  }
  return trips;
}

export interface Units {
  readonly read: number;
  readonly write: number;
}

/** The consumed capacity that the engine reports. */
export function unitsOf(calls: readonly ProxiedCall[]): Units {
  let read = 0;
  let write = 0;
  for (const { operation, answer } of calls) {
    const consumed = answer === undefined || answer === 'reset' ? undefined : answer.body.ConsumedCapacity;
    const units = (consumed as { CapacityUnits?: number } | undefined)?.CapacityUnits ?? 0;
    if (/^(Get|BatchGet|Query|Scan|TransactGet)/.test(operation)) read += units;
    else write += units;
  }
  return { read, write };
}
