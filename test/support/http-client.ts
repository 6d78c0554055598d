import { request as httpRequest } from 'node:http';
import { writeDown } from './transcript.ts';

/** One request. Every header is sent unchanged, including `Origin` and `Cookie`, which `fetch` does not guarantee. */
export interface HttpCall {
  /** @default POST with a body, GET without */
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

/** A complete response. */
export interface HttpReply {
  readonly status: number;
  /** Lower-case names; repeated ones are joined by commas. `set-cookie` is in {@link cookies}. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `Set-Cookie` lines. */
  readonly cookies: readonly string[];
  readonly text: string;
  /** The body as a JSON object; empty if the body is not one. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Sends one request to the service at `baseUrl` and reads the whole answer. */
export async function send(baseUrl: string, call: HttpCall): Promise<HttpReply> {
  const { body, path, headers = {}, method = body === undefined ? 'GET' : 'POST' } = call;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    // The path is sent unchanged. A URL would normalize it.
    const outgoing = httpRequest(baseUrl, { path, method, headers: { ...length, ...headers } });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => {
        const { 'set-cookie': cookies = [], ...rest } = incoming.headers;
        const text = Buffer.concat(chunks).toString('utf8');
        const status = incoming.statusCode ?? 0;
        if (status >= 400) writeDown('error', `${JSON.stringify(incoming.headers)} ${text}`);
        resolve({ status, headers: flat(rest), cookies, text, json: parse(text) });
      });
    });
    outgoing.end(body);
  });
}

/** A request with a JSON body. */
export function jsonCall(path: string, body: unknown, headers: HttpCall['headers'] = {}): HttpCall {
  return { path, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
}

/** A request with a form body; a list of pairs may repeat a name. */
export function formCall(
  path: string,
  body: Readonly<Record<string, string>> | readonly (readonly [string, string])[],
  headers: HttpCall['headers'] = {},
): HttpCall {
  const pairs = Array.isArray(body) ? body.map(([name, value]) => [name, value]) : Object.entries(body);
  const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  return { path, body: new URLSearchParams(pairs as [string, string][]).toString(), headers: form };
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
