export type Engine = 'dynoxide' | 'dynalite';

/** A running embedded DynamoDB. */
export interface DynamoDb {
  readonly endpoint: string;
  readonly engine: Engine;
  /** Process id of the engine, if it runs in a separate process. */
  readonly pid?: number;
  /** Resolves when the engine has ended, with the reason if it was not stopped on purpose. */
  readonly exited: Promise<string | undefined>;
  stop(): Promise<void>;
}
