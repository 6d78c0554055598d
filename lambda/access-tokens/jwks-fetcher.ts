import { FetchError } from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';

const timeoutMs = 2000;
const maxBytes = 64 * 1024;

/**
 * Fetches a JWKS with Node's fetch, which costs nothing until first used; the library's fetcher would load node:https
 * at every cold start. One attempt, no redirects, and a size limit enforced while the response is read.
 */
export const jwksFetcher: Fetcher = {
  async fetch(uri) {
    try {
      const response = await fetch(uri, {
        redirect: 'error',
        // A new connection each time: a kept one is closed while the function is frozen.
        headers: { accept: 'application/json', connection: 'close' },
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!response.ok) throw new Error(`status ${response.status}`);
      return await bodyOf(response);
    } catch (error) {
      throw new FetchError(uri, messageOf(error));
    }
  },
};

async function bodyOf(response: Response): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (length > maxBytes) throw new Error('too large');
    chunks.push(chunk);
  }
  return Uint8Array.from(Buffer.concat(chunks)).buffer;
}

/** `fetch failed` is not informative; the cause is. */
function messageOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message || (cause as NodeJS.ErrnoException).code}` : message;
}
