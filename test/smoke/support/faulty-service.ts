import { createServer, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { send } from '../../support/http-client.ts';

/** An answer on its way to the client, to be changed in place. */
export interface PassingAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  json: Record<string, unknown>;
}

/** A proxy in front of a working service that corrupts its answers. */
export interface FaultyService {
  readonly url: string;
  /** Changes every answer on this path from now on, and on no other; `*` stands for every path. */
  change(path: string, change: (answer: PassingAnswer) => void): void;
  stop(): Promise<void>;
}

/** Starts the proxy; without a change it is honest. */
export async function startFaulty(upstream: string): Promise<FaultyService> {
  let spoilt = { path: '', change: (_: PassingAnswer) => {} };
  const server = createServer(async (request, response) => {
    const { host: _host, 'content-length': _length, connection: _connection, ...headers } = request.headers;
    const body = await buffer(request);
    const { url: path = '/', method = 'GET' } = request;
    const call = { path, method, headers: headers as Record<string, string>, ...(body.length > 0 && { body }) };
    const reply = await send(upstream, call);
    const answer = {
      status: reply.status,
      headers: { ...reply.headers, ...(reply.cookies.length > 0 && { 'set-cookie': [...reply.cookies] }) },
      json: { ...reply.json },
    };
    if (spoilt.path === '*' || path.split('?')[0] === spoilt.path) spoilt.change(answer);
    const {
      'content-length': _old,
      'transfer-encoding': _coding,
      connection: _upstream,
      ...rest
    } = answer.headers as OutgoingHttpHeaders;
    response.writeHead(answer.status, rest).end(reply.text === '' ? '' : JSON.stringify(answer.json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    change: (path, change) => {
      spoilt = { path, change };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
