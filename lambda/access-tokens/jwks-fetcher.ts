import { FetchError } from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';

const timeoutMs = 2000;
const maxBytes = 64 * 1024;

/**
 * Fetches a JWKS with the global fetch, which costs nothing until first used; the library's fetcher would load node:https
 * at every cold start. One attempt, no redirects, and a size limit enforced while the response is read.
 */
export const jwksFetcher: Fetcher = {
  async fetch(uri) {
    try {
      const response = await fetch(uri, {
        // Edge runtimes do not support `error`.
        redirect: 'manual',
        // A new connection each time: a kept one is closed while the function is frozen.
        headers: { accept: 'application/json', connection: 'close' },
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!response.ok) throw new Error(await refusalOf(response));
      return await bodyOf(response);
    } catch (error) {
      throw new FetchError(uri, messageOf(error));
    }
  },
};

async function bodyOf(response: Response): Promise<ArrayBuffer> {
  const body = new Uint8Array(maxBytes);
  let length = 0;
  for await (const chunk of response.body ?? []) {
    // Leaving the loop cancels the stream.
    if (length + chunk.byteLength > maxBytes) throw new Error('too large');
    body.set(chunk, length);
    length += chunk.byteLength;
  }
  return body.slice(0, length).buffer;
}

/** Why a response is refused. A browser reports a redirect as status 0. */
async function refusalOf({ status, body }: Response): Promise<string> {
  await body?.cancel();
  const redirects = status === 0 || (status >= 300 && status < 400);
  return redirects ? `a redirect, which is not followed (status ${status})` : `status ${status}`;
}

/** `fetch failed` is not informative; the cause is. */
function messageOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message || ('code' in cause && cause.code)}` : message;
}
