import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type JsonObject = Readonly<Record<string, unknown>>;

/** The answer to the caller; `reset` closes the connection without one. */
export type ProxyAnswer = { readonly status: number; readonly body: JsonObject } | 'reset';

/** One request that passed through. Times are those of `performance.now()`. */
export interface ProxiedCall {
  /** `UpdateItem`, `GetSecretValue`, ... */
  readonly operation: string;
  readonly input: JsonObject;
  /** Attempt number of the caller's SDK, from 1. */
  readonly attempt: number;
  readonly startedAt: number;
  /** Infinity while the request is in progress. */
  endedAt: number;
  answer?: ProxyAnswer;
}

/** Decides the answer to a call. `forward` sends the call to the service behind the proxy, once. */
export type Intercept = (call: ProxiedCall, forward: () => Promise<ProxyAnswer>) => Promise<ProxyAnswer>;

/** A proxy in front of a service with AWS's JSON protocol. It records each request. */
export interface CountingProxy {
  readonly endpoint: string;
  /** In order of arrival. */
  readonly calls: readonly ProxiedCall[];
  /** Forgets the calls so far. */
  clear(): void;
  /** Sets the function that decides from now on; `undefined` forwards every call. */
  intercept(decide: Intercept | undefined): void;
  stop(): Promise<void>;
}

/**
 * Starts a proxy on a free port.
 *
 * @param upstream URL of the service; evaluated for each call, so it may be set later or change
 */
export async function startCountingProxy(upstream: string | (() => string)): Promise<CountingProxy> {
  const calls: ProxiedCall[] = [];
  let decide: Intercept | undefined;
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.socket?.resetAndDestroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const input = JSON.parse(await readAll(request)) as JsonObject;
    const attempt = Number(/attempt=(\d+)/.exec(String(request.headers['amz-sdk-request']))?.[1] ?? 1);
    const call: ProxiedCall = { operation, input, attempt, startedAt, endedAt: Number.POSITIVE_INFINITY };
    calls.push(call);
    const forward = () => ask(typeof upstream === 'string' ? upstream : upstream(), request, input);
    call.answer = await (decide === undefined ? forward() : decide(call, forward));
    call.endedAt = performance.now();
    if (call.answer === 'reset') return void response.socket?.resetAndDestroy();
    // A test's clock may be ahead of the machine's. From a Date header the SDK would notice, and repeat refused calls.
    response.sendDate = false;
    response.writeHead(call.answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(call.answer.body));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    clear: () => void calls.splice(0),
    intercept: (next) => {
      decide = next;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Forwards a call. It asks DynamoDB for the consumed capacity; the caller ignores the extra member. */
async function ask(upstream: string, { headers }: IncomingMessage, input: JsonObject): Promise<ProxyAnswer> {
  const isDynamoDb = String(headers['x-amz-target']).startsWith('DynamoDB');
  const isItemCall = isDynamoDb && ('Key' in input || 'Item' in input || 'KeyConditionExpression' in input);
  const body = JSON.stringify(isItemCall ? { ...input, ReturnConsumedCapacity: 'TOTAL' } : input);
  const { host: _host, connection: _connection, 'transfer-encoding': _encoding, ...rest } = headers;
  const outgoing = httpRequest(upstream, {
    method: 'POST',
    headers: { ...rest, 'content-length': String(Buffer.byteLength(body)) },
  });
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      readAll(incoming)
        .then((text) => resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text) as JsonObject }))
        .catch(reject);
    });
    outgoing.end(body);
  });
}

async function readAll(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
