import { functionMemoryMb } from '../lib/function-memory.ts';
import { prices } from './cost-prices.ts';

/** The resources that one kind of request uses. */
export interface Kind {
  readonly name: string;
  readonly httpApiRequests: 0 | 1;
  /** Units measured by test/integration/cost.test.ts. A strongly consistent read of 4 KB is one read unit. */
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Security events on the bus. */
  readonly events: number;
  readonly memoryMb: number;
  /** Assumed: billed duration of a warm invocation. */
  readonly billedMs: number;
  /** Assumed: billed duration of a cold start, in addition. */
  readonly initMs: number;
  /** Key rings that a new instance reads. */
  readonly secretReads: number;
  readonly logBytes: number;
}

/** Assumed: one request in a hundred starts an instance. AWS reports fewer. */
export const coldShare = 0.01;

/** Log bytes per request: a line of about 600, and the 26 that CloudWatch adds to each line. */
export const lineBytes = 650;

/**
 * Log bytes per call of the authorizer. Assumed: one call in a hundred is refused and has its own line. Allowed calls
 * are counted in lines of 300 bytes, at most 20 calls per line (an instance that is called every three seconds).
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
    name: 'Authorizer, a call to your own route',
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

/** Headings of the columns of {@link perMillion}. */
export const parts = ['API Gateway', 'Lambda requests', 'Lambda time', 'INIT', 'DynamoDB', 'Secrets', 'Events', 'Logs'];

/** US dollars for a million requests of a kind, in the order of {@link parts}. */
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
