import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as httpRequest } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificate } from './certificate.ts';

/** What a host answers. */
export type Site = (request: IncomingMessage, response: ServerResponse) => void;

/** HTTPS for several host names on one loopback port; a browser is told to find the names there. */
export interface Sites {
  readonly port: number;
  stop(): Promise<void>;
}

/** @param sites by host name */
export async function serveSites(sites: Readonly<Record<string, Site>>): Promise<Sites> {
  const server = createHttps(certificate(Object.keys(sites)), (request, response) => {
    const site = sites[request.headers.host?.replace(/:\d+$/, '') ?? ''];
    if (site === undefined) response.writeHead(421).end();
    else site(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A page without content. */
export const page: Site = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>page</title>');
};

/** A page that sets these cookies. */
export function planting(lines: () => readonly string[]): Site {
  return (_request, response) => {
    response.setHeader('set-cookie', [...lines()]);
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>plant</title>');
  };
}

/** Hands requests on to the service, without the base path, as an API mapping does. */
export function forwarding(target: string, basePath = ''): Site {
  return (request, response) => {
    const path = request.url ?? '/';
    if (!path.startsWith(`${basePath}/`)) {
      response.writeHead(404).end();
      return;
    }
    const outgoing = httpRequest(target, {
      method: request.method,
      path: path.slice(basePath.length),
      headers: request.headers,
    });
    outgoing.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.once('error', () => response.writeHead(502).end());
    request.pipe(outgoing);
  };
}
