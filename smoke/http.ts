import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** One request. Every header is sent unchanged. */
export interface Call {
  /** @default POST with a body, GET without */
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A complete response. */
export interface Answer {
  readonly status: number;
  /** Lower-case names. `set-cookie` is in {@link cookies}. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `Set-Cookie` lines. */
  readonly cookies: readonly string[];
  readonly text: string;
  /** The body as a JSON object; empty if the body is not one. */
  readonly json: Readonly<Record<string, unknown>>;
}

const timeoutMs = 30_000;
const largestAnswer = 1_000_000;

/** Names below `localhost` are loopback (RFC 6761 §6.3), but not every resolver follows this. */
export const isLoopback = (host: string): boolean => host === '127.0.0.1' || /(^|\.)localhost$/.test(host);

/** Sends one request to the service at `baseUrl`. @throws Error when there is no response within 30 s */
export async function send(baseUrl: string, call: Call): Promise<Answer> {
  const { hostname, port, protocol, pathname } = new URL(baseUrl);
  const base = pathname.replace(/\/$/, '');
  const { body, path, method = body === undefined ? 'GET' : 'POST' } = call;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options: RequestOptions = {
    hostname,
    port,
    path: base + path,
    method,
    headers: { 'user-agent': 'pawl-smoke', ...length, ...call.headers },
    signal: AbortSignal.timeout(timeoutMs),
    ...(isLoopback(hostname) && { lookup: toLoopback }),
  };
  const start = protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(new Error(`${method} ${path}: ${explain(error)}`));
    const outgoing = start(options, (incoming) => read(incoming).then(resolve, failed));
    outgoing.once('error', failed);
    outgoing.end(body);
  });
}

/** A request with a JSON body. */
export function jsonCall(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Call {
  return { path, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
}

/** A request with a form body. */
export function formCall(path: string, body: Readonly<Record<string, string>>): Call {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { path, body: new URLSearchParams(body).toString(), headers };
}

const toLoopback: NonNullable<RequestOptions['lookup']> = (_host, { all }, done) =>
  all === true ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);

async function read(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestAnswer) throw new Error('the response is too large');
    chunks.push(chunk);
  }
  const { 'set-cookie': cookies = [], ...rest } = incoming.headers;
  const headers = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: incoming.statusCode ?? 0, headers, cookies, text, json: parse(text) };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function explain(error: Error): string {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return `no response within ${timeoutMs / 1000} s`;
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
