import { existsSync, mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { LocalError } from '../errors.ts';
import { startDynoxide } from './dynoxide.ts';
import type { DynamoDb, Engine } from './engine.ts';

/** Options of {@link startDynamoDb}. */
export interface DynamoDbOptions {
  /** @default dynoxide if its package is installed, otherwise dynalite */
  readonly engine?: Engine;
  /** Where tables are kept. @default memory */
  readonly dataDir?: string;
}

/** Starts an embedded DynamoDB on a free port of this machine, and waits until it responds. */
export async function startDynamoDb(options: DynamoDbOptions = {}): Promise<DynamoDb> {
  const binary = dynoxideBinary();
  const engine = options.engine ?? (binary === undefined ? 'dynalite' : 'dynoxide');
  if (options.dataDir !== undefined) mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  if (engine === 'dynalite') return startDynalite(options.dataDir);
  if (binary === undefined) throw new LocalError('the package @dynoxide/linux-x64 is not installed on this machine');
  return startDynoxide(binary, options.dataDir);
}

/** The dynoxide binary, if its package supports this machine. */
function dynoxideBinary(): string | undefined {
  try {
    const binary = join(
      dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')),
      'dynoxide',
    );
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

async function startDynalite(dataDir: string | undefined): Promise<DynamoDb> {
  // Loaded on demand to save memory when dynoxide is used. The package has no types.
  const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
  const path = dataDir === undefined ? {} : { path: join(dataDir, 'dynalite') };
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0, ...path });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  let ended = (): void => {};
  const exited = new Promise<undefined>((resolve) => {
    ended = () => resolve(undefined);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    engine: 'dynalite',
    exited,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      ended();
    },
  };
}
