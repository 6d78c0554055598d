import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { MigrationStack } from '../../../examples/migrate-from-cognito/app.ts';
import { type PoolUser, startPool } from '../../../examples/migrate-from-cognito/stand-in.ts';
import { build } from '../../../scripts/build.ts';
import { canary } from '../../support/transcript.ts';
import { assemblyWith } from './bus.ts';
import { type ProxiedService, startProxied } from './service.ts';
import { startUsersProxy, type UsersProxy } from './users-proxy.ts';

/** Serves the example that moves users from Cognito, with a stand-in for the pool. */
export interface MigrationService {
  readonly service: ProxiedService;
  /** The proxy between Pawl and the migration function. */
  readonly old: UsersProxy;
  /** Puts a user into the pool. */
  poolUser(): PoolUser & { readonly email: string };
  stop(): Promise<void>;
}

export async function startMigration(): Promise<MigrationService> {
  const scratch = mkdtempSync(join(tmpdir(), 'pawl-migration-'));
  const bundles = join(scratch, 'bundles');
  await build({ output: bundles });
  const pool = new Map<string, PoolUser>();
  const server: Server = await startPool(0, (name) => pool.get(name));
  const cognitoUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const app = new App({ outdir: join(scratch, 'cdk.out'), context: { cognitoUrl, cognitoClientId: 'app' } });
  new MigrationStack(app, 'Migration', { bundles });
  const { directory } = app.synth();
  let local = '';
  const old = await startUsersProxy(() => local);
  const assembly = assemblyWith(directory, /^TokenServiceLogin/, { AWS_ENDPOINT_URL_LAMBDA: old.endpoint });
  const service = await startProxied({ assembly: assembly.directory });
  local = service.local.endpoints.AWS_ENDPOINT_URL ?? '';
  return {
    service,
    old,
    poolUser: () => {
      const sub = randomBytes(8).toString('hex');
      const email = `${sub}@example.com`;
      const user = { username: `mover-${sub}`, email, sub, password: `Canary password ${sub}` };
      canary(user.password);
      for (const name of [user.username, email]) pool.set(name, user);
      return user;
    },
    stop: async () => {
      await service.stop();
      await old.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      assembly.remove();
      rmSync(scratch, { recursive: true });
    },
  };
}
