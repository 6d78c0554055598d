import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../errors.ts';
import { type JsonObject, objectOf } from '../json.ts';

/** An AWS service error; SDK clients use the type as the name of the thrown error. */
export class AwsError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** The operations of one service, by name. */
export type AwsService = Readonly<Record<string, (input: JsonObject) => JsonObject>>;

/** A path-based API; undefined for an unknown path. */
export type PathApi = (path: string, body: string) => Promise<PathAnswer | undefined>;

export interface PathAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The local stand-in for AWS's own HTTP endpoints. */
export interface AwsEndpoints {
  readonly url: string;
  /** Serves a path-based API in addition to the others. */
  openPaths(api: PathApi): void;
  /** Creates a URL for one PUT, as CloudFormation gives it to a custom resource, and returns the received body. */
  responseUrl(): { readonly url: string; readonly answer: Promise<JsonObject>; close(): void };
  stop(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Serves AWS's JSON protocol on a free port.
 *
 * @param services by the prefix of their `X-Amz-Target`: `secretsmanager`, `AmazonSSM`
 */
export async function startAwsEndpoints(services: Readonly<Record<string, AwsService>>): Promise<AwsEndpoints> {
  const waiting = new Map<string, (answer: JsonObject) => void>();
  let paths: PathApi = async () => undefined;
  const server = createServer((request, response) => {
    handle(services, waiting, paths, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(JSON.stringify({ __type: 'InternalFailure', message: messageOf(error) }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    responseUrl: () => {
      const path = `/custom-resource-response/${randomUUID()}`;
      const answer = new Promise<JsonObject>((resolve) => waiting.set(path, resolve));
      return { url: url + path, answer, close: () => void waiting.delete(path) };
    },
    openPaths: (api) => {
      paths = api;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function handle(
  services: Readonly<Record<string, AwsService>>,
  waiting: Map<string, (answer: JsonObject) => void>,
  paths: PathApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const receive = request.method === 'PUT' ? waiting.get(request.url ?? '') : undefined;
  if (receive !== undefined) {
    receive(objectOf(JSON.parse(body)));
    response.end();
    return;
  }
  const byPath = await paths(request.url ?? '', body);
  if (byPath !== undefined) {
    response.writeHead(byPath.status, { 'content-type': 'application/json', ...byPath.headers });
    response.end(byPath.body);
    return;
  }
  const target = String(request.headers['x-amz-target'] ?? '');
  const [status, answer] = perform(services, target, body);
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(answer));
}

function perform(services: Readonly<Record<string, AwsService>>, target: string, body: string): [number, JsonObject] {
  const [prefix = '', name = ''] = target.split('.');
  const service = services[prefix];
  const operation = service !== undefined && Object.hasOwn(service, name) ? service[name] : undefined;
  try {
    if (operation === undefined) {
      throw new AwsError(
        'UnknownOperationException',
        `the local run does not support ${target === '' ? 'a request without X-Amz-Target' : target}`,
      );
    }
    return [200, operation(objectOf(JSON.parse(body)))];
  } catch (error) {
    if (error instanceof AwsError) return [400, { __type: error.type, message: error.message }];
    if (error instanceof SyntaxError)
      return [400, { __type: 'SerializationException', message: 'the body is not JSON' }];
    throw error;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
