import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer of Lambda's Invoke. */
export interface InvokeAnswer {
  readonly status: number;
  /** Present: the function failed. */
  readonly functionError?: string | undefined;
  readonly body: string;
}

/** Decides what becomes of an invocation; `forward` makes it. */
export type Interfere = (forward: () => Promise<InvokeAnswer>) => Promise<InvokeAnswer>;

/** Stands between Pawl and the team's function. */
export interface UsersProxy {
  readonly endpoint: string;
  /** How often the function was called. */
  calls: number;
  interfere(decide: Interfere | undefined): void;
  stop(): Promise<void>;
}

/** @param upstream Lambda's own endpoint; evaluated for each call */
export async function startUsersProxy(upstream: () => string): Promise<UsersProxy> {
  let decide: Interfere = (forward) => forward();
  const server = createServer((request, response) => {
    const serve = async () => {
      proxy.calls += 1;
      const body = await bodyOf(request);
      const forward = () => invoke(`${upstream()}${request.url ?? ''}`, body);
      const { status, functionError, body: payload } = await decide(forward);
      response.writeHead(status, functionError === undefined ? {} : { 'x-amz-function-error': functionError });
      response.end(payload);
    };
    serve().catch(() => response.socket?.resetAndDestroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: UsersProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: 0,
    interfere: (next = (forward) => forward()) => {
      decide = next;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}

async function invoke(url: string, body: string): Promise<InvokeAnswer> {
  const answer = await fetch(url, { method: 'POST', body });
  const functionError = answer.headers.get('x-amz-function-error') ?? undefined;
  return { status: answer.status, functionError, body: await answer.text() };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
