import { Worker } from 'node:worker_threads';
import type { FailureDetails, FromWorker, WorkerSettings } from './worker-messages.ts';

/** A function's result: the returned value, or why it failed. */
export type Outcome =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly error: FailureDetails };

/** Lambda's own limit for loading a function. */
const INIT_TIMEOUT_MS = 10_000;

interface Pending {
  readonly settle: (outcome: Outcome) => void;
  timer: NodeJS.Timeout | undefined;
  readonly start: () => void;
}

/** Starts a worker's thread. */
export interface FunctionWorkerOptions {
  readonly settings: WorkerSettings;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly onOutput: (text: string) => void;
}

/**
 * One worker thread that runs one function. After a failure it takes no further invocations, and the function starts
 * another worker.
 */
export class FunctionWorker {
  /** False once it failed, timed out or was stopped. */
  usable = true;
  readonly #worker: Worker;
  readonly #options: FunctionWorkerOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #initTimer: NodeJS.Timeout;
  #ready = false;
  #nextId = 0;

  constructor(options: FunctionWorkerOptions) {
    this.#options = options;
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: options.settings,
      env: { ...options.environment },
      execArgv: [],
      argv: [],
      // Small heaps, because nine functions share one machine. Memory for argon2 is outside the heap.
      resourceLimits: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 },
    });
    this.#initTimer = setTimeout(
      () => this.#end(failure('Sandbox.Timedout', 'the function did not load within 10 seconds')),
      INIT_TIMEOUT_MS,
    );
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error) => this.#end(failure('Runtime.ExitError', error.message, error.stack)));
    this.#worker.on('exit', (code) =>
      this.#end(failure('Runtime.ExitError', `the function's process ended with code ${code}`)),
    );
  }

  /** Sends the event; the time limit starts once the function is loaded. */
  invoke(event: string, requestId: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const id = this.#nextId++;
      const { timeoutMs } = this.#options;
      const start = (): void => {
        pending.timer = setTimeout(() => this.#timeout(id, requestId), timeoutMs);
        this.#worker.postMessage({
          id,
          requestId,
          event,
          deadline: performance.timeOrigin + performance.now() + timeoutMs,
        });
      };
      const pending: Pending = { settle: resolve, timer: undefined, start };
      this.#pending.set(id, pending);
      if (this.#ready) start();
    });
  }

  /** Ends the thread; invocations in flight fail. */
  async stop(): Promise<void> {
    this.#end(failure('Runtime.ExitError', 'the local run was stopped'));
    await this.#worker.terminate();
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.#ready = true;
        clearTimeout(this.#initTimer);
        for (const pending of this.#pending.values()) pending.start();
        break;
      case 'log':
        this.#options.onOutput(message.text);
        break;
      case 'init-failed':
        this.#options.onOutput(`${message.stack}\n`);
        this.#end({ ok: false, error: message });
        break;
      case 'result':
        this.#settle(message.id, { ok: true, payload: JSON.parse(message.payload) });
        break;
      case 'failed':
        this.#options.onOutput(`${message.stack}\n`);
        this.#settle(message.id, { ok: false, error: message });
        break;
    }
  }

  #timeout(id: number, requestId: string): void {
    const text = `${requestId} Task timed out after ${(this.#options.timeoutMs / 1000).toFixed(2)} seconds`;
    this.#options.onOutput(`${text}\n`);
    // On AWS, every concurrent invocation has its own sandbox. The others may therefore finish, but the thread takes no
    // new ones.
    this.usable = false;
    this.#settle(id, failure('Sandbox.Timedout', text));
  }

  #settle(id: number, outcome: Outcome): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    pending.settle(outcome);
    if (!this.usable && this.#pending.size === 0) void this.#worker.terminate();
  }

  #end(outcome: Outcome): void {
    clearTimeout(this.#initTimer);
    if (this.usable && this.#pending.size > 0 && !outcome.ok && outcome.error.errorType === 'Runtime.ExitError') {
      this.#options.onOutput(`${outcome.error.stack}\n`);
    }
    this.usable = false;
    for (const id of [...this.#pending.keys()]) this.#settle(id, outcome);
    void this.#worker.terminate();
  }
}

function failure(errorType: string, errorMessage: string, stack = errorMessage): Outcome {
  return { ok: false, error: { errorType, errorMessage, stack } };
}
