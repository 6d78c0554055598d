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
  /** JSON, as a function on AWS would get it: nothing is shared between caller and handler. */
  readonly event: string;
  /** When the time is up, in milliseconds of the machine's own clock since the epoch. */
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
