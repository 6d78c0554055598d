import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The header in which a worker sends the id of the HTTP request it works for. */
export const requestIdHeader = 'x-local-request-id';

/** Requests whose calls are remembered. */
const maxRequests = 1_000;

/** A proxy in front of the table that records which HTTP request made which call. */
export interface TableCalls {
  readonly endpoint: string;
  /** The operations that a request has caused so far, in order: `UpdateItem`, `GetItem`. */
  of(requestId: string): readonly string[];
  stop(): Promise<void>;
}

/**
 * Starts the proxy on a free port.
 *
 * @param upstream the engine's address
 */
export async function startTableCalls(upstream: string): Promise<TableCalls> {
  const calls = new Map<string, string[]>();
  const note = ({ headers }: IncomingMessage): void => {
    const id = headers[requestIdHeader];
    if (typeof id !== 'string') return;
    const operation = String(headers['x-amz-target']).split('.').at(-1) ?? '';
    calls.set(id, [...(calls.get(id) ?? []), operation]);
    if (calls.size > maxRequests) calls.delete(calls.keys().next().value ?? '');
  };
  const server = createServer((request, response) => {
    note(request);
    pass(upstream, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    of: (requestId) => calls.get(requestId) ?? [],
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function pass(upstream: string, request: IncomingMessage, response: ServerResponse): void {
  const { host: _host, connection: _connection, ...headers } = request.headers;
  const onward = send(upstream, { method: request.method, headers, timeout: 10_000 }, (answer) => {
    // Omit the Date header: the service's clock may be ahead of the machine's, and the SDK would retry refused calls.
    const { date: _date, connection: _own, ...kept } = answer.headers;
    response.sendDate = false;
    response.writeHead(answer.statusCode ?? 502, kept);
    answer.pipe(response);
  });
  const fail = (): void => void response.socket?.resetAndDestroy();
  onward.once('error', fail);
  onward.once('timeout', () => onward.destroy(new Error('the table does not answer')));
  request.pipe(onward);
}
