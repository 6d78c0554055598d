import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { LocalError, messageOf } from '../errors.ts';
import type { Outcome } from '../runtime/function-worker.ts';
import type { Functions } from '../runtime/functions.ts';
import { AUTHORIZER_TIMEOUT_MS, authorize } from './authorizer.ts';
import { AuthorizerCache } from './authorizer-cache.ts';
import { preflightAnswer, withCors } from './cors.ts';
import { decodedPath, type HttpEvent, httpEvent, type IncomingRequest } from './events.ts';
import type { HttpApi, Route } from './http-api.ts';
import { type LocalListener, listenLocally } from './listen.ts';
import { functionAnswer, gatewayAnswer, type HttpAnswer } from './responses.ts';
import { matchRoute } from './routes.ts';
import { originFaults, type PageCall } from './web-origins.ts';

const MAX_HEAD_BYTES = 10_240;
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Lambda's limit for an event and for a response. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

const serverError = gatewayAnswer(500, 'Internal Server Error');
const unavailable = gatewayAnswer(503, 'Service Unavailable');

/** The dependencies of an open gateway. */
export interface GatewayOptions {
  readonly api: HttpApi;
  readonly functions: Functions;
  readonly clock: Clock;
  /** Called for an error of the gateway itself, which returns 500. */
  readonly onFault: (error: unknown) => void;
  /** Called once for each reason why a browser blocks a page. */
  readonly onOriginFault: (line: string) => void;
  /** The table operations of a request, for the response header `x-table-calls`; it is left out if there are none. */
  readonly tableCalls?: ((requestId: string) => readonly string[]) | undefined;
}

/** Pages served in addition to the API: returns true if it handled the request. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The name of this machine. To a browser, the two are different sites. */
export type LocalName = 'localhost' | '127.0.0.1';

/** The listening gateway. */
export interface Gateway {
  readonly port: number;
  /** The base URL of the HTTP API. */
  readonly url: string;
  /** Starts routing; until then every request returns 503. */
  open(options: GatewayOptions): void;
  /** Serves more pages beside the API, before its routes. */
  openPages(pages: Pages): void;
  stop(): Promise<void>;
}

/**
 * Binds the port. This comes first, because the gateway's URL is needed to resolve the template.
 *
 * @param name host name in the gateway's URL, and therefore in the issuer
 */
export async function startGateway(port: number, name: LocalName = '127.0.0.1'): Promise<Gateway> {
  let answerTo = async (_request: IncomingRequest): Promise<HttpAnswer> => unavailable;
  const pages: Pages[] = [];
  const listener = await listen(port, (request, response) => {
    if (pages.some((each) => each(request, response))) return;
    receive(request)
      .then((received) => ('status' in received ? received : answerTo(received)))
      .catch(() => serverError)
      .then((answer) => write(response, answer, request.method === 'HEAD'));
  });
  return {
    port: listener.port,
    url: `http://${name}:${listener.port}`,
    open: (options) => {
      const cache = new AuthorizerCache(options.clock);
      const onPage = originFaults(options.api.cors?.allowOrigins ?? [], options.onOriginFault);
      answerTo = (request) =>
        serve(options, cache, request, onPage).catch((error: unknown) => {
          options.onFault(error);
          return serverError;
        });
    },
    openPages: (opened) => void pages.push(opened),
    stop: listener.stop,
  };
}

async function listen(port: number, receive: RequestListener): Promise<LocalListener> {
  try {
    return await listenLocally(receive, port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new LocalError(`port ${port} is taken; choose another with PORT=<number>`);
    throw new LocalError(`cannot listen on port ${port}: ${messageOf(error)}`);
  }
}

async function serve(
  options: GatewayOptions,
  cache: AuthorizerCache,
  request: IncomingRequest,
  onPage: PageCall,
): Promise<HttpAnswer> {
  const { cors } = options.api;
  const origin = headerOf(request, 'origin');
  if (origin !== undefined) onPage(origin, headerOf(request, 'host') ?? '');
  const requestId = randomUUID();
  const own = async (): Promise<HttpAnswer> => {
    if (cors === undefined) return route(options, cache, request, requestId);
    if (request.method === 'OPTIONS') return preflightAnswer(cors, origin);
    return withCors(await route(options, cache, request, requestId), cors, origin);
  };
  const answer = await own();
  const calls = options.tableCalls?.(requestId).join(', ');
  // A request without table operations has no such header.
  const counted = calls ? { 'x-table-calls': calls } : {};
  return { ...answer, headers: { ...answer.headers, ...counted, 'apigw-requestid': requestId } };
}

async function route(
  { api, functions, clock }: GatewayOptions,
  cache: AuthorizerCache,
  request: IncomingRequest,
  requestId: string,
): Promise<HttpAnswer> {
  const path = decodedPath(request.target);
  if (path === undefined) return gatewayAnswer(400, 'Bad Request');
  const match = matchRoute<Route>(api.routes, request.method, path);
  if (match === undefined) return gatewayAnswer(404, 'Not Found');
  const { functionId, authorizer, timeoutMs, key } = match.route;
  let event: HttpEvent = httpEvent(request, {
    apiId: api.id,
    routeKey: key,
    pathParameters: match.pathParameters,
    requestId,
    now: clock.now(),
  });
  if (JSON.stringify(event).length > MAX_PAYLOAD_BYTES) return gatewayAnswer(413, 'Request Entity Too Large');
  if (authorizer !== undefined) {
    const call = async (payload: unknown): Promise<Outcome> =>
      (await within(functions.invoke(authorizer.functionId, payload, requestId), AUTHORIZER_TIMEOUT_MS)) ?? {
        ok: false,
        error: { errorType: 'Timeout', errorMessage: '', stack: '' },
      };
    const decision = await authorize(authorizer, event, cache, call);
    if (decision === 'error') return serverError;
    if (decision === 'unauthorized') return gatewayAnswer(401, 'Unauthorized');
    if (!decision.allowed) return gatewayAnswer(403, 'Forbidden');
    event = { ...event, requestContext: { ...event.requestContext, authorizer: { lambda: decision.context } } };
  }
  const outcome = await within(functions.invoke(functionId, event, requestId), timeoutMs);
  if (outcome === undefined) return unavailable;
  const answer = outcome.ok ? functionAnswer(outcome.payload) : undefined;
  if (answer === undefined || answer.body.length > MAX_PAYLOAD_BYTES) return serverError;
  return answer;
}

/** Reads a request, or returns the response for one that is too large. */
async function receive(request: IncomingMessage): Promise<IncomingRequest | HttpAnswer> {
  const { method = 'GET', url = '/', httpVersion, rawHeaders } = request;
  const head = rawHeaders.reduce(
    (size, text) => size + text.length,
    `${method} ${url} HTTP/${httpVersion}\r\n`.length + rawHeaders.length * 2,
  );
  if (head > MAX_HEAD_BYTES) return gatewayAnswer(431, 'Request Header Fields Too Large');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read and discard the rest, so that the response reaches a client that is still sending.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > MAX_BODY_BYTES) return gatewayAnswer(413, 'Request Entity Too Large');
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  return { method, target: url, protocol: `HTTP/${httpVersion}`, rawHeaders, body: Buffer.concat(chunks), sourceIp };
}

function write(response: ServerResponse, { status, headers, cookies, body }: HttpAnswer, head: boolean): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (cookies.length > 0) response.setHeader('set-cookie', [...cookies]);
  if (status !== 204 && status !== 304) response.setHeader('content-length', body.length);
  response.writeHead(status);
  response.end(head ? undefined : body);
}

function headerOf({ rawHeaders }: IncomingRequest, name: string): string | undefined {
  const index = rawHeaders.findIndex((text, position) => position % 2 === 0 && text.toLowerCase() === name);
  return index < 0 ? undefined : rawHeaders[index + 1];
}

/** The promise's result, or undefined after the timeout. */
async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
