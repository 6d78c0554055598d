import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/**
 * Connections to AWS, for functions that are frozen between two requests. While a function is frozen, the peer closes
 * idle connections, and the first write on such a socket fails with ECONNRESET. All sockets of the pool have the same
 * age, so every further attempt would hit another closed socket. The first failure on a reused socket therefore closes
 * the others, and the next attempt opens a new connection.
 */

/** Resets of reused sockets before a response. */
const onReusedSocket = new WeakSet<object>();

/** Whether the request failed because its reused connection was already closed: the peer has not received it. */
export function wasStale(error: unknown): boolean {
  return typeof error === 'object' && error !== null && onReusedSocket.has(error);
}

/**
 * The `requestHandler` of an SDK client. The SDK has no useful default timeouts, and without `throwOnRequestTimeout` it
 * only warns. `requestTimeout` ends with the headers of the response; a body that stops is noticed by `socketTimeout`.
 */
export function connections(limits: { readonly connectionTimeout: number; readonly requestTimeout: number }) {
  return {
    ...limits,
    throwOnRequestTimeout: true,
    socketTimeout: limits.requestTimeout,
    httpAgent: forgetful(new HttpAgent({ keepAlive: true, maxSockets: 50 })),
    httpsAgent: forgetful(new HttpsAgent({ keepAlive: true, maxSockets: 50 })),
  };
}

function forgetful<A extends HttpAgent>(agent: A): A {
  const reuse = agent.reuseSocket.bind(agent);
  agent.reuseSocket = (socket, request) => {
    reuse(socket, request);
    let answered = false;
    request.once('response', () => {
      answered = true;
    });
    request.once('error', (error: Error & { readonly code?: string }) => {
      if (answered) return;
      // Not a timeout: the peer may be working on the request.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') onReusedSocket.add(error);
      closeIdle(agent);
    });
    // A socket that was closed without a reset: the timeout ends it.
    request.once('close', () => {
      if (!answered) closeIdle(agent);
    });
  };
  return agent;
}

function closeIdle(agent: HttpAgent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
