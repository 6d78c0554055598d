import { setTimeout as delay } from 'node:timers/promises';
import type { Intercept, ProxiedCall } from '../../support/counting-proxy.ts';

/** What one request of a client cost at DynamoDB. */
export interface Cost {
  readonly requests: number;
  /** Longest chain of requests of which each waited for the one before. */
  readonly trips: number;
  readonly operations: readonly string[];
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** Adds up what a counting proxy saw. */
export function costOf(calls: readonly ProxiedCall[]): Cost {
  const units = (ofWrites: boolean) =>
    calls.filter((call) => isWrite(call) === ofWrites).reduce((sum, call) => sum + unitsOf(call), 0);
  return {
    requests: calls.length,
    trips: longestChain(calls),
    operations: calls.map((call) => call.operation),
    readUnits: units(false),
    writeUnits: units(true),
  };
}

/**
 * Holds every answer back for a moment, so that requests which do not wait for each other overlap: then those that do
 * not overlap did wait, and {@link costOf} can tell them apart.
 */
export const stretch: Intercept = async (_call, forward) => {
  const answer = await forward();
  await delay(25);
  return answer;
};

/**
 * Holds all requests back until `count` of them are there. What asks one after the other never gets that far and is
 * answered 500 when the time is up.
 */
export function barrier(count: number, timeoutMs: number): Intercept {
  const all = Promise.withResolvers<boolean>();
  let waiting = 0;
  return async (_call, forward) => {
    waiting += 1;
    if (waiting === 1) setTimeout(() => all.resolve(false), timeoutMs).unref();
    if (waiting === count) all.resolve(true);
    if (await all.promise) return forward();
    return { status: 500, body: { __type: 'InternalServerError', message: `${waiting} of ${count} requests came` } };
  };
}

const isWrite = ({ operation }: ProxiedCall) => /^(Put|Update|Delete|TransactWrite)/.test(operation);

/** As the engine counts it. A refused condition is charged like a write, which engines do not report: one unit below 1 KB. */
function unitsOf(call: ProxiedCall): number {
  if (call.answer === undefined || call.answer === 'reset') throw new Error(`${call.operation} has no answer`);
  const { ConsumedCapacity: consumed, __type: fault } = call.answer.body as {
    ConsumedCapacity?: { CapacityUnits: number };
    __type?: string;
  };
  if (consumed !== undefined) return consumed.CapacityUnits;
  if (fault?.endsWith('ConditionalCheckFailedException') === true) return 1;
  throw new Error(`${call.operation} was not measured: ${fault}`);
}

function longestChain(calls: readonly ProxiedCall[]): number {
  let chain = 0;
  let end = Number.NEGATIVE_INFINITY;
  // The one that ends first leaves most room for others after it.
  for (const call of calls.toSorted((a, b) => a.endedAt - b.endedAt)) {
    if (call.startedAt < end) continue;
    chain += 1;
    end = call.endedAt;
  }
  return chain;
}
