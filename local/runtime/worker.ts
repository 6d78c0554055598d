import { AsyncLocalStorage } from 'node:async_hooks';
import type http from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { requestIdHeader } from '../aws/table-calls.ts';
import type { FromWorker, Invocation, WorkerSettings } from './worker-messages.ts';

/**
 * Runs one Lambda function in a worker thread: shifts Date, captures the output, loads the bundle, then answers
 * invocations. It replaces the Lambda runtime, so it must be in place before the bundle's first line runs.
 */

const settings = workerData as WorkerSettings;
const port = parentPort;
if (port === null) throw new Error('local/runtime/worker.ts runs as a worker thread only');
const post = (message: FromWorker): void => port.postMessage(message);

shiftDate(new BigInt64Array(settings.clock));
const requestIds = new AsyncLocalStorage<string>();
nameRequests();
for (const stream of [process.stdout, process.stderr]) {
  // Sent as a message, because a line must reach the log before the answer that follows it.
  stream.write = (chunk: string | Uint8Array): boolean => {
    post({ kind: 'log', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8') });
    return true;
  };
}

type Handler = (event: unknown, context: object) => unknown;
try {
  const handler = await loadHandler();
  port.on('message', (invocation: Invocation) => void answer(handler, invocation));
  post({ kind: 'ready' });
} catch (error) {
  post({ kind: 'init-failed', ...describe(error) });
}

async function loadHandler(): Promise<Handler> {
  const path = settings.modulePath;
  const loaded: unknown = path.endsWith('.mjs') ? await import(pathToFileURL(path).href) : createRequire(path)(path);
  const handler = (loaded as Record<string, unknown>)[settings.exportName];
  if (typeof handler !== 'function') throw new Error(`${settings.handler} is undefined or not exported`);
  // Node.js 24 on Lambda also refuses these at startup.
  if (handler.length > 2) throw new Error(`${settings.handler} takes a callback; use an async handler`);
  return handler as Handler;
}

async function answer(handler: Handler, { id, requestId, event, deadline }: Invocation): Promise<void> {
  const context = {
    ...settings.context,
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.timeOrigin - performance.now())),
  };
  try {
    const result = await requestIds.run(requestId, async () => handler(JSON.parse(event), context));
    post({ kind: 'result', id, payload: JSON.stringify(result ?? null) });
  } catch (error) {
    post({ kind: 'failed', id, ...describe(error) });
  }
}

function describe(error: unknown): { errorType: string; errorMessage: string; stack: string } {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), stack: String(error) };
  return { errorType: error.name, errorMessage: error.message, stack: error.stack ?? error.message };
}

/** Marks outgoing requests with their invocation, so that the playground can count them. */
function nameRequests(): void {
  const module = createRequire(import.meta.url)('node:http') as { request: typeof http.request };
  const { request } = module;
  module.request = ((options: http.RequestOptions, callback?: (answer: http.IncomingMessage) => void) => {
    const id = requestIds.getStore();
    if (id === undefined || typeof options !== 'object') return request(options, callback);
    return request({ ...options, headers: { ...options.headers, [requestIdHeader]: id } }, callback);
  }) as typeof http.request;
}

function shiftDate(offset: BigInt64Array): void {
  const machineNow = Date.now;
  const now = (): number => machineNow() + Number(Atomics.load(offset, 0));
  const Shifted = new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: (target) => new target(now()).toString(),
  });
  Date.now = now;
  Date.prototype.constructor = Shifted;
  globalThis.Date = Shifted;
}
