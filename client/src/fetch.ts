import type { Core } from './core-type.ts';
import type { Platform } from './platform.ts';
import type { BasicSession } from './types.ts';

/** `fetch` with the access token. See `BasicSession.fetch`. */
export const fetchWith = (
  core: Core,
  baseUrl: string,
  apiOrigins: readonly string[] = [],
  platform: Platform,
): BasicSession['fetch'] => {
  /** Refused although the token was new: the user lacks permission, and a refresh does not help. */
  let hopeless: string | undefined;
  const originOf = (url: string) => new URL(url).origin;
  const origins = [baseUrl, ...apiOrigins].map(originOf);
  const denied = ({ status }: Response) => status === 401 || status === 403;

  return async (input, init) => {
    // A string and a URL have none of these members.
    const request = input as Partial<Request>;
    const path = request.url ?? String(input);
    const url = path.startsWith('/') ? baseUrl + path : path;
    const origin = originOf(url);
    if (!origins.includes(origin)) throw new TypeError(`${origin} is not in apiOrigins.`);
    const signal = init?.signal ?? request.signal;
    const call = (token?: string) => {
      const headers = new Headers(init?.headers ?? request.headers);
      if (token) headers.set('authorization', `Bearer ${token}`);
      return platform.fetch(request.clone?.() ?? url, { ...init, headers });
    };
    const used = (await core.valid(signal))?.token;
    const first = await call(used);
    const again = used && used !== hopeless && denied(first);
    const fresh = again && (await core.refresh(signal, used).catch(() => undefined));
    // A stream can be sent only once. Not every runtime can iterate over a ReadableStream.
    const body = init?.body as Partial<ReadableStream> | undefined;
    if (!fresh || body?.getReader || body?.[Symbol.asyncIterator]) return first;
    const second = await call(fresh.token);
    if (denied(second)) hopeless = fresh.token;
    return second;
  };
};
