import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/**
 * Connections to AWS, for functions that freeze between two requests. While one is frozen, the other end closes idle
 * connections, and the first to write on such a socket hears ECONNRESET. All sockets of the pool are as old, so that each
 * further try would meet the next dead one: the first failure on a reused socket closes the others, and the next try opens
 * a connection of its own.
 */

/** Errors of requests that were sent on a socket of an earlier request. */
const onReusedSocket = new WeakSet<object>();

/** Whether the request failed because its connection had died since the request before: nobody has heard it. */
export function wasStale(error: unknown): boolean {
  return typeof error === 'object' && error !== null && onReusedSocket.has(error);
}

/** What an SDK client is given as `requestHandler`. The SDK has no useful default, and without the last it only warns. */
export function connections(limits: { readonly connectionTimeout: number; readonly requestTimeout: number }) {
  return {
    ...limits,
    throwOnRequestTimeout: true,
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
    request.once('error', (error) => {
      if (answered) return;
      onReusedSocket.add(error);
      closeIdle(agent);
    });
    // A socket that died without a word: the time-out ends it.
    request.once('close', () => {
      if (!answered) closeIdle(agent);
    });
  };
  return agent;
}

function closeIdle(agent: HttpAgent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
