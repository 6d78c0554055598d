import { randomBytes, scryptSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { MembersStack } from '../../../examples/own-users/app.ts';
import { type StalePeer, startStalePeer } from '../../../local/runtime/stale-connections.ts';
import { build } from '../../../scripts/build.ts';
import { assemblyWith, type Bus, busOf } from './bus.ts';
import { type ProxiedService, startProxied, type User } from './service.ts';
import { startUsersProxy, type UsersProxy } from './users-proxy.ts';

/** Serves the example with the team's own users. */
export interface Members {
  readonly service: ProxiedService;
  /** The proxy between Pawl and the team's function. */
  readonly users: UsersProxy;
  readonly bus: Bus;
  /** Where Pawl's connections to the team's function may die. */
  readonly peer: StalePeer;
  /** Puts a member into the team's table, or changes one. */
  member(changes?: Partial<User> & { readonly key?: string }): Promise<User>;
  stop(): Promise<void>;
}

/** Synthesizes the example and serves it: its own function over its own table. */
export async function startMembers(): Promise<Members> {
  const scratch = mkdtempSync(join(tmpdir(), 'pawl-own-users-'));
  const bundles = join(scratch, 'bundles');
  await build({ output: bundles });
  const app = new App({ outdir: join(scratch, 'cdk.out') });
  const stack = new MembersStack(app, 'Members', { bundles });
  const { logicalId } = stack.node.findChild('Members').node.defaultChild as unknown as { readonly logicalId: string };
  const TableName = `Members-${String(stack.resolve(logicalId))}`;
  const { directory } = app.synth();
  let local = '';
  const users = await startUsersProxy(() => local);
  const peer = await startStalePeer(users.endpoint, Number.POSITIVE_INFINITY);
  const assembly = assemblyWith(directory, /^TokenServiceLogin/, { AWS_ENDPOINT_URL_LAMBDA: peer.url });
  const service = await startProxied({ assembly: assembly.directory });
  local = service.local.endpoints.AWS_ENDPOINT_URL ?? '';
  const bus = busOf(service, assembly.directory);
  return {
    service,
    users,
    bus,
    peer,
    member: async ({ key, ...changes } = {}) => {
      const subject = randomBytes(8).toString('hex');
      const user = { subject, username: `member-${subject}`, password: `Canary password ${subject}`, ...changes };
      const salt = randomBytes(16);
      const Item = {
        username: { S: user.username },
        memberId: { S: user.subject },
        tenant: { S: 'acme' },
        roles: { SS: ['read', 'orders:write'] },
        salt: { S: salt.toString('hex') },
        key: { S: key ?? scryptSync(user.password, salt, 32).toString('hex') },
      };
      await service.table('PutItem', { TableName, Item });
      return user;
    },
    stop: async () => {
      bus.stop();
      await service.stop();
      await peer.stop();
      await users.stop();
      assembly.remove();
      rmSync(scratch, { recursive: true });
    },
  };
}
