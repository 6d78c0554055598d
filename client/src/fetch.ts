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

  return async (input, init) => {
    const request = (input as Request).url ? (input as Request) : undefined;
    const path = String(input);
    const url = request ? request.url : path.startsWith('/') ? baseUrl + path : path;
    if (![baseUrl, ...apiOrigins].map(originOf).includes(originOf(url))) {
      throw new TypeError(`${originOf(url)} is not in apiOrigins.`);
    }
    const signal = init?.signal ?? request?.signal;
    const call = (token?: string) => {
      const headers = new Headers(init?.headers ?? request?.headers);
      if (token) headers.set('authorization', `Bearer ${token}`);
      return platform.fetch(request?.clone() ?? url, { ...init, headers });
    };
    const used = (await core.valid(signal))?.token;
    const first = await call(used);
    const denied = ({ status }: Response) => [401, 403].includes(status);
    if (!used || used === hopeless || !denied(first)) return first;
    const fresh = await core.refresh(signal, used).catch(() => undefined);
    // A stream can be sent only once.
    if (!fresh || (init?.body as ReadableStream | undefined)?.getReader) return first;
    const second = await call(fresh.token);
    if (denied(second)) hopeless = fresh.token;
    return second;
  };
};
