import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type JsonObject = Readonly<Record<string, unknown>>;

/** What goes back to the caller; `reset` closes the connection without an answer. */
export type ProxyAnswer = { readonly status: number; readonly body: JsonObject } | 'reset';

/** One request that passed through. Times are those of `performance.now()`. */
export interface ProxiedCall {
  /** `UpdateItem`, `GetSecretValue`, ... */
  readonly operation: string;
  readonly input: JsonObject;
  /** Which try of the caller's SDK this is, from 1. */
  readonly attempt: number;
  readonly startedAt: number;
  /** Infinity while it is under way. */
  endedAt: number;
  answer?: ProxyAnswer;
}

/** Decides what becomes of a call; `forward` asks the service behind the proxy, once. */
export type Intercept = (call: ProxiedCall, forward: () => Promise<ProxyAnswer>) => Promise<ProxyAnswer>;

/** A proxy in front of a service of AWS's JSON protocol, which keeps a record of each request. */
export interface CountingProxy {
  readonly endpoint: string;
  /** In the order of their arrival. */
  readonly calls: readonly ProxiedCall[];
  /** Forgets the calls so far. */
  clear(): void;
  /** Lets a function decide from now on; `undefined`: pass everything on. */
  intercept(decide: Intercept | undefined): void;
  stop(): Promise<void>;
}

/**
 * Starts a proxy on a free port.
 *
 * @param upstream where calls go; evaluated for each call, so it may be set later or change
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
    // A test's clock may be ahead of the machine's: by a Date the SDK would see it, and repeat calls that were refused.
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

/** Sends a call on. DynamoDB is asked what the call cost: the caller ignores the extra member. */
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
