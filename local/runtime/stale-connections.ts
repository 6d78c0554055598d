import { connect, createServer, type Socket } from 'node:net';

/**
 * A proxy between a function and the services that it calls. It drops connections as AWS does while a function is
 * frozen: the next bytes on a connection that was used before are answered with a reset, and never arrive.
 */
export interface StalePeer {
  readonly url: string;
  /** Connections that were reset so far. */
  readonly resets: number;
  /** Makes all open connections stale, as a long freeze does. */
  goStale(): void;
  stop(): Promise<void>;
}

/**
 * @param target the address of the service behind it
 * @param idleMs how long a connection may be unused; Infinity leaves it to {@link StalePeer.goStale}
 */
export async function startStalePeer(target: string, idleMs: number): Promise<StalePeer> {
  const { hostname, port } = new URL(target);
  const open = new Set<{
    stale: boolean;
    answeredAt: number | undefined;
    readonly near: Socket;
    readonly far: Socket;
  }>();
  let resets = 0;
  const server = createServer((near) => {
    const connection = {
      stale: false,
      answeredAt: undefined as number | undefined,
      near,
      far: connect(Number(port), hostname),
    };
    const { far } = connection;
    open.add(connection);
    near.on('data', (bytes) => {
      const { stale, answeredAt } = connection;
      if (stale || (answeredAt !== undefined && performance.now() - answeredAt > idleMs)) {
        resets += 1;
        near.resetAndDestroy();
        far.destroy();
      } else far.write(bytes);
    });
    far.on('data', (bytes) => {
      connection.answeredAt = performance.now();
      near.write(bytes);
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => other.destroy());
      socket.on('end', () => other.end());
      socket.on('close', () => {
        other.destroy();
        open.delete(connection);
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    get resets() {
      return resets;
    },
    goStale: () => {
      for (const connection of open) if (connection.answeredAt !== undefined) connection.stale = true;
    },
    stop: async () => {
      for (const { near, far } of open) {
        near.destroy();
        far.destroy();
      }
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** One peer for each address in an environment, and the environment that leads through them. */
export async function behindStalePeers(environment: Readonly<Record<string, string>>, idleMs: number) {
  const peers = new Map<string, StalePeer>();
  const through: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('AWS_ENDPOINT_URL')) {
      through[name] = value;
      continue;
    }
    const peer = peers.get(value) ?? (await startStalePeer(value, idleMs));
    peers.set(value, peer);
    through[name] = peer.url;
  }
  return {
    environment: through,
    goStale: () => {
      for (const peer of peers.values()) peer.goStale();
    },
    resets: () => [...peers.values()].reduce((sum, { resets }) => sum + resets, 0),
    stop: async () => {
      for (const peer of peers.values()) await peer.stop();
    },
  };
}
