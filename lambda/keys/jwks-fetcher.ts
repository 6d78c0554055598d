import { FetchError } from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';

const timeoutMs = 2000;
const maxBytes = 64 * 1024;

/**
 * Gets a JWKS with Node's own fetch, which costs nothing until it is first called; the library's fetcher would load
 * node:https at every cold start. One try, no redirects, a size cap.
 */
export const jwksFetcher: Fetcher = {
  async fetch(uri) {
    try {
      const response = await fetch(uri, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const body = await response.arrayBuffer();
      if (body.byteLength > maxBytes) throw new Error('too large');
      return body;
    } catch (error) {
      throw new FetchError(uri, (error as Error).message);
    }
  },
};
