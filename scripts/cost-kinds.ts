import { functionMemoryMb } from '../lib/function-memory.ts';
import { prices } from './cost-prices.ts';

/** What one request takes. */
export interface Kind {
  readonly name: string;
  readonly httpApiRequests: 0 | 1;
  /** As test/integration/cost.test.ts counts them; a strongly consistent read of 4 KB is one unit. */
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Security events on the bus. */
  readonly events: number;
  readonly memoryMb: number;
  /** Assumed, warm: time that Lambda bills. */
  readonly billedMs: number;
  /** Assumed: time to start an instance, which Lambda bills as well. */
  readonly initMs: number;
  /** Key rings that a new instance reads. */
  readonly secretReads: number;
  readonly logBytes: number;
}

/** Assumed: one request in a hundred starts an instance. AWS says that fewer do. */
export const coldShare = 0.01;

/** Bytes that a request writes to the log: our line of about 600, and the 26 that CloudWatch adds to each. */
export const lineBytes = 650;

/**
 * Bytes of log for a call of the authorizer. Assumed: one in a hundred is refused, with a line of its own, and a line of
 * 300 bytes counts no more than 20 allowed ones (an instance that is called every three seconds).
 */
export const authorizerLogBytes = lineBytes / 100 + 300 / 20;

export const kinds = {
  refresh: {
    name: 'Refresh',
    httpApiRequests: 1,
    writeUnits: 1,
    readUnits: 1,
    events: 0,
    memoryMb: functionMemoryMb.usual,
    billedMs: 25,
    initMs: 350,
    secretReads: 2,
    logBytes: lineBytes,
  },
  login: {
    name: 'Login',
    httpApiRequests: 1,
    writeUnits: 3,
    readUnits: 2,
    events: 1,
    memoryMb: functionMemoryMb.wholeCore,
    billedMs: 200,
    initMs: 400,
    secretReads: 2,
    logBytes: lineBytes,
  },
  authorizer: {
    name: 'Authorizer, a call of your own route',
    httpApiRequests: 0,
    writeUnits: 0,
    readUnits: 0,
    events: 0,
    memoryMb: functionMemoryMb.usual,
    billedMs: 5,
    initMs: 150,
    secretReads: 0,
    logBytes: authorizerLogBytes,
  },
} as const satisfies Record<string, Kind>;

/** Heads of what {@link perMillion} gives. */
export const parts = ['API Gateway', 'Lambda requests', 'Lambda time', 'INIT', 'DynamoDB', 'Secrets', 'Events', 'Logs'];

/** Dollars for a million requests of a kind, in the order of {@link parts}. */
export function perMillion(kind: Kind): readonly number[] {
  const { httpApiRequests, lambdaRequests, writeUnits, readUnits, events, secretReads } = prices.perMillion;
  const second = (kind.memoryMb / 1024) * prices.gbSecond;
  return [
    kind.httpApiRequests * httpApiRequests,
    lambdaRequests,
    (kind.billedMs / 1000) * 1e6 * second,
    (kind.initMs / 1000) * coldShare * 1e6 * second,
    kind.writeUnits * writeUnits + kind.readUnits * readUnits,
    kind.secretReads * coldShare * secretReads,
    kind.events * events,
    (kind.logBytes / 1e9) * 1e6 * prices.logsGb,
  ];
}
