import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AccessTokenClaims } from '../../lambda/core/access-token.ts';
import type { SessionPolicy } from '../../lambda/core/session.ts';
import type { SessionStore } from '../../lambda/core/session-store.ts';
import type { Table } from '../../lambda/store/dynamo.ts';
import type { MemoryTable } from '../../test/support/memory-table.ts';
import { type Code, type Core, loadCode } from './code.ts';
import type { Tools } from './service.ts';

const root = join(import.meta.dirname, '../..');

/** The commit of the version that most teams run: the latest release. Update it with each release. */
export const previousVersion = '404100f86c764b22cae3a91562f7ddee53176a50';

/**
 * Loads the code of an earlier commit from this repository's history.
 *
 * @throws Error if the history does not contain the commit, or there is no history
 */
export async function loadOldCode(commit = previousVersion): Promise<Code> {
  const directory = materialized(commit);
  const code = await loadCode(directory, 'torture');
  const core = { ...code.core, ...adapted(code.core as unknown as OldCore) };
  return { ...code, core, stores: { ...code.stores, ...(await storesOf(directory)) } };
}

/** The session stores of the earlier version take the policy. */
interface OldSessions {
  readonly MemorySessions: new (table: MemoryTable, policy: SessionPolicy) => SessionStore;
  readonly DynamoSessionStore: new (table: Table, policy: SessionPolicy, newOperationId: () => string) => SessionStore;
}

async function storesOf(directory: string): Promise<Pick<Code['stores'], 'memorySessions' | 'dynamoSessions'>> {
  const load = (path: string) => import(pathToFileURL(join(directory, path)).href) as Promise<OldSessions>;
  const { MemorySessions } = await load('test/support/memory-store.ts');
  const { DynamoSessionStore } = await load('lambda/store/dynamo-session-store.ts');
  return {
    memorySessions: (table, policy) => new MemorySessions(table, policy),
    dynamoSessions: (table, policy, newOperationId) => new DynamoSessionStore(table, policy, newOperationId),
  };
}

/** Use cases whose parameters have changed since. */
interface OldCore {
  revokeAllOf(claims: AccessTokenClaims, keepCurrent: boolean, tools: Tools): Promise<void>;
  endSession(claims: AccessTokenClaims, sessionId: string, tools: Tools): Promise<void>;
}

function adapted(old: OldCore): Partial<Core> {
  return {
    revokeAllOf: (claims, tools) => old.revokeAllOf(claims, false, tools as Tools),
    revokeOthers: ({ claims }, tools) => old.revokeAllOf(claims, true, tools as Tools),
    endSession: ({ claims }, sessionId, tools) => old.endSession(claims, sessionId, tools as Tools),
  };
}

/** Extracts the sources of a commit to a directory below `.pawl`, where the installed dependencies resolve. */
function materialized(commit: string): string {
  const directory = join(root, '.pawl/torture', commit);
  if (existsSync(directory)) return directory;
  const archive = archiveOf(commit);
  const draft = `${directory}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    execFileSync('tar', ['-x', '-C', draft], { input: archive });
    renameSync(draft, directory);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return directory;
}

function archiveOf(commit: string): Buffer {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: root, maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    return git('archive', '--format=tar', commit, 'lambda', 'test/support', 'torture', 'package.json', 'tsconfig.json');
  } catch {
    throw new Error(`the old code, commit ${commit}, cannot be read: ${hint(git)}`);
  }
}

function hint(git: (...args: readonly string[]) => Buffer): string {
  try {
    const shallow = git('rev-parse', '--is-shallow-repository').toString().trim() === 'true';
    return shallow
      ? 'the history is shallow; run git fetch --unshallow'
      : 'the history does not contain it; run git fetch';
  } catch {
    return 'this directory has no git history; clone the repository';
  }
}
