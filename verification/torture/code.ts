import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as credentials from '../../lambda/core/credentials.ts';
import type * as errors from '../../lambda/core/errors.ts';
import type { TokenSet } from '../../lambda/core/issue.ts';
import type * as login from '../../lambda/core/login.ts';
import type * as refresh from '../../lambda/core/refresh.ts';
import type * as revoke from '../../lambda/core/revoke.ts';
import type * as revokeSubject from '../../lambda/core/revoke-subject.ts';
import type { SessionPolicy } from '../../lambda/core/session.ts';
import type { SessionStore } from '../../lambda/core/session-store.ts';
import type * as sessions from '../../lambda/core/sessions.ts';
import type { Table } from '../../lambda/store/dynamo.ts';
import type * as dynamoAccounts from '../../lambda/store/dynamo-accounts.ts';
import type * as dynamoSessions from '../../lambda/store/dynamo-session-store.ts';
import type * as memory from '../../test/support/memory-store.ts';
import type { MemoryTable } from '../../test/support/memory-table.ts';
import type * as service from './service.ts';

/** The use cases of one version. */
export interface Core {
  readonly login: typeof login.login;
  readonly refresh: typeof refresh.refresh;
  readonly revoke: typeof revoke.revoke;
  readonly revokeSubject: typeof revokeSubject.revokeSubject;
  readonly revokeAllOf: typeof revokeSubject.revokeAllOf;
  readonly revokeOthers: typeof revokeSubject.revokeOthers;
  readonly endSession: typeof sessions.endSession;
  /** Returns undefined in versions that keep the caller's session and open no other. */
  readonly changePassword: (...args: Parameters<typeof credentials.changePassword>) => Promise<TokenSet | undefined>;
}

/** The parts of one version of the code that the simulation needs; each version has its own error classes. */
export interface Code {
  readonly core: Core;
  readonly errors: Pick<typeof errors, 'Refusal' | 'Unavailable'>;
  readonly stores: {
    memorySessions(table: MemoryTable, policy: SessionPolicy): SessionStore;
    dynamoSessions(table: Table, policy: SessionPolicy, newOperationId: () => string): SessionStore;
  } & Pick<typeof memory, 'MemoryAccounts'> &
    Pick<typeof dynamoAccounts, 'DynamoAccounts'>;
  readonly Service: typeof service.Service;
}

/** Loads the version whose sources are in a directory. `harness` is the folder of its torture test. */
export async function loadCode(directory: string, harness = 'verification/torture'): Promise<Code> {
  const load = <T>(path: string) => import(pathToFileURL(join(directory, path)).href) as Promise<T>;
  const useCases = await Promise.all([
    load<typeof login>('lambda/core/login.ts'),
    load<typeof refresh>('lambda/core/refresh.ts'),
    load<typeof revoke>('lambda/core/revoke.ts'),
    load<typeof revokeSubject>('lambda/core/revoke-subject.ts'),
    load<typeof sessions>('lambda/core/sessions.ts'),
    load<typeof credentials>('lambda/core/credentials.ts'),
  ]);
  const [{ MemorySessions, MemoryAccounts }, { DynamoSessionStore }, { DynamoAccounts }] = await Promise.all([
    load<typeof memory>('test/support/memory-store.ts'),
    load<typeof dynamoSessions>('lambda/store/dynamo-session-store.ts'),
    load<typeof dynamoAccounts>('lambda/store/dynamo-accounts.ts'),
  ]);
  return {
    core: Object.assign({}, ...useCases) as Core,
    errors: await load<typeof errors>('lambda/core/errors.ts'),
    stores: {
      memorySessions: (table) => new MemorySessions(table),
      dynamoSessions: (table, _, newOperationId) => new DynamoSessionStore(table, newOperationId),
      MemoryAccounts,
      DynamoAccounts,
    },
    Service: (await load<typeof service>(`${harness}/service.ts`)).Service,
  };
}

/** The version of this tree. */
export const currentCode = await loadCode(join(import.meta.dirname, '../..'));
