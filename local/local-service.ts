import type { BusEvent } from './aws/event-bridge.ts';
import type { ExternalAccount } from './aws/external-account.ts';
import type { Clock } from './clock.ts';
import type { Gateway, LocalName } from './gateway/gateway.ts';
import type { Outcome } from './runtime/function-worker.ts';
import type { LogLine } from './runtime/functions.ts';

/** How to serve a synthesized stack. */
export interface LocalOptions {
  /** The directory that `cdk synth` wrote, `cdk.out`. */
  readonly cloudAssembly: string;
  /** @default 0, any free port */
  readonly port?: number;
  /** Host name in the service's URL. @default 127.0.0.1 */
  readonly name?: LocalName;
  /** Where table, secrets and parameters are kept. @default memory */
  readonly dataDir?: string;
  /** A running DynamoDB. @default an embedded one */
  readonly dynamodbEndpoint?: string;
  /** Running Secrets Manager, Parameter Store and EventBridge. @default stand-ins in this process */
  readonly account?: ExternalAccount;
  /** @default the machine's time */
  readonly clock?: Clock;
  /** Adds the table operations of each request to its response, in `x-table-calls`. @default false */
  readonly countTableCalls?: boolean;
  /**
   * Resets a function's connection that is reused after this time, in milliseconds, as after a freeze. Infinity: only
   * {@link LocalService.goStale} resets connections. @default connections are kept
   */
  readonly resetIdleMs?: number;
  /** Called for every line that a function writes. */
  readonly onLog?: (line: LogLine) => void;
}

/** A running local service. */
export interface LocalService extends Pick<Gateway, 'url' | 'openPages'> {
  readonly tableName: string;
  /** Process id of the embedded DynamoDB, if it runs in a separate process. */
  readonly databasePid: number | undefined;
  /**
   * Environment for another process (AWS SDK or CLI) to reach this service's DynamoDB, Secrets Manager and Parameter
   * Store.
   */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Every line that the functions have written so far. */
  readonly logs: readonly LogLine[];
  /** Every event that was put on a bus so far. */
  readonly events: readonly BusEvent[];
  /** The messages in the queue whose name contains the text. */
  deadLetters(queue: string): readonly string[];
  /** Resolves with the reason if the service cannot continue; undefined after `stop()`. */
  readonly failed: Promise<string | undefined>;
  /** Moves the service's time: tokens expire, caches empty. */
  advance(seconds: number): void;
  /** The service's time, epoch milliseconds. */
  nowMs(): number;
  /** A function's environment, by its logical id or the start of it. */
  environmentOf(functionId: string): Readonly<Record<string, string>>;
  /** Calls a function directly, by its logical id or the start of it. */
  invoke(functionId: string, event: unknown): Promise<Outcome>;
  /** Closes every open connection of the functions, as a long freeze does; needs `resetIdleMs`. */
  goStale(): void;
  /** How many connections have been reset so far. */
  resets(): number;
  /** Ends everything: gateway, workers, database. */
  stop(): Promise<void>;
}
