import type { IncomingMessage } from 'node:http';

/** A page of another site that knows the port must not read what is for this machine, nor change it. */
export function isFromHere({ headers: { host, origin } }: IncomingMessage): boolean {
  const local = /^(localhost|127\.0\.0\.1|\[::1\]):\d+$/;
  return host !== undefined && local.test(host) && (origin === undefined || origin === `http://${host}`);
}
