import type { IncomingMessage } from 'node:http';

/**
 * Whether the request comes from this machine's own pages. A page of another site that knows the port must not read or
 * change anything here.
 */
export function isFromHere({ headers: { host, origin } }: IncomingMessage): boolean {
  const local = /^(localhost|127\.0\.0\.1|\[::1\]):\d+$/;
  return host !== undefined && local.test(host) && (origin === undefined || origin === `http://${host}`);
}
