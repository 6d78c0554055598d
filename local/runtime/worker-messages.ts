/** The initial message to a worker. */
export interface WorkerSettings {
  readonly modulePath: string;
  readonly exportName: string;
  /** As in the template, for messages. */
  readonly handler: string;
  /** Memory of the service's clock, see clock.ts. */
  readonly clock: SharedArrayBuffer;
  /** The members of the Lambda context that stay the same. */
  readonly context: Readonly<Record<string, string>>;
}

/** One event for the handler. */
export interface Invocation {
  readonly id: number;
  readonly requestId: string;
  /** JSON, as on AWS, so that caller and handler share no objects. */
  readonly event: string;
  /** The deadline, in epoch milliseconds of the machine's own clock. */
  readonly deadline: number;
}

/** Why an invocation or the start of a function failed. */
export interface FailureDetails {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stack: string;
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | ({ readonly kind: 'init-failed' } & FailureDetails)
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'result'; readonly id: number; readonly payload: string }
  | ({ readonly kind: 'failed'; readonly id: number } & FailureDetails);
