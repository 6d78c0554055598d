import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A listener on the loopback interface. */
export interface LocalListener {
  readonly port: number;
  stop(): Promise<void>;
}

/** Tries to find a port that is free for both address families. */
const maxTries = 10;

/**
 * Listens on 127.0.0.1 and, if the machine has IPv6, on the same port of ::1, because `localhost` may mean either.
 *
 * @param port 0 for any free one
 * @throws the system's error, such as EADDRINUSE
 */
export async function listenLocally(receive: RequestListener, port: number): Promise<LocalListener> {
  for (let tries = 1; ; tries += 1) {
    const first = await listen(receive, '127.0.0.1', port);
    const taken = (first.address() as AddressInfo).port;
    try {
      const second = await listen(receive, '::1', taken);
      return { port: taken, stop: () => stop(first, second) };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return { port: taken, stop: () => stop(first) };
      await stop(first);
      if (code !== 'EADDRINUSE' || port !== 0 || tries === maxTries) throw error;
    }
  }
}

function listen(receive: RequestListener, host: string, port: number): Promise<Server> {
  const server = createServer({ maxHeaderSize: 16_384 }, receive);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

async function stop(...servers: readonly Server[]): Promise<void> {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
