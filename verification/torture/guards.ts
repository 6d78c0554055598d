import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { allGuards } from '../../test/support/guards/all.ts';
import type { Guard } from '../../test/support/guards/guard.ts';

/** Short names of guards; each is one or more rows of the lists in test/support/guards. */
export const guardSets: Readonly<Record<string, readonly string[]>> = {
  floor: ['memory-store.ts: rotate: floor', 'dynamo-session-store.ts: rotate: floor'],
  'grace-bound': ['outcome.ts: E, the excuse ends'],
  'only-predecessor': ['outcome.ts: F, only the direct predecessor'],
  'reuse-revocation': ['refresh.ts: reuse ends the session'],
  epoch: ['account.ts: the epoch'],
  kept: ['account.ts: the one that is kept'],
  'current-hash': ['memory-store.ts: rotate: generation and secret'],
  'row-c': ['outcome.ts: C, its own write'],
  'row-e': ['outcome.ts: E, a retry is excused'],
  note: ['unanswered.ts: a request that fails leaves a note'],
  owed: ['outcome.ts: E, what was not answered stays excused'],
  settle: ['unanswered.ts: only what is owed is written'],
  'same-successor': ['refresh.ts: a retry gets the same successor'],
  'login-epoch': ['open-session.ts: the epoch that was read'],
  tag: ['refresh-tokens.ts: the tag'],
  'revoked-is-dead': ['session.ts: revoked is dead', 'memory-store.ts: rotate: active'],
  'absolute-end': [
    'session.ts: the absolute end',
    'session.ts: a shorter absolute lifetime',
    'memory-store.ts: rotate: absolute end',
  ],
  'idle-end': ['session.ts: the idle end', 'memory-store.ts: rotate: idle end'],
  'one-change': ['memory-accounts.ts: credentials: only on what was verified'],
  'older-ends-newer': [
    'sessions.ts: an older login cannot end a newer one',
    'sessions.ts: an older login cannot keep a newer one out',
  ],
  'owner-completes': ['credentials.ts: a recent login completes the change'],
  'disabled-user': ['login.ts: a disabled user'],
  'client-only-invalid-grant': ['refresh.ts: only invalid_grant signs out'],
  'client-stored-first': ['refresh.ts: stored before use'],
  'client-cut-off': ['core.ts: a login cuts the refresh off'],
  'client-waits': ['core.ts: a refresh waits for the login'],
  'client-tabs-wait': ['core.ts: other tabs hold their refreshes'],
  'client-single-flight': ['core.ts: single flight'],
  'client-logout-confirmed': ['session.ts: logout is confirmed'],
  'client-unreachable': ['core.ts: unreachable is not signed out'],
};

/** Invariant 13 concerns an owner's next steps: the search tries them all, but random users rarely take them. */
export const searchOnly: readonly string[] = ['older-ends-newer', 'owner-completes'];

const root = join(import.meta.dirname, '../..');

/** The code of a guard, by its short name or part of its name. */
export function guardsNamed(name: string): readonly Guard[] {
  const names = guardSets[name];
  const found =
    names === undefined
      ? allGuards.filter((guard) => guard.name.includes(name))
      : names.flatMap((wanted) => {
          const rows = allGuards.filter((guard) => guard.name.endsWith(wanted));
          if (rows.length !== 1) throw new Error(`${name}: ${rows.length} guards have the name ${wanted}`);
          return rows;
        });
  if (found.length === 0) throw new Error(`no guard is called ${name}; known: ${Object.keys(guardSets).join(', ')}`);
  for (const { file, guard } of found) {
    const times = readFileSync(join(root, file), 'utf8').split(guard).length - 1;
    if (times !== 1) throw new Error(`${file} holds the code of this guard ${times} times: ${guard}`);
  }
  return found;
}

/** Removes guards from every module loaded from now on; the files are not changed. */
export function removeGuards(guards: readonly Guard[]): void {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const here = guards.filter(({ file }) => url.endsWith(`/${file}`));
      if (here.length === 0 || loaded.source === undefined || loaded.source === null) return loaded;
      const code = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Buffer).toString();
      return { ...loaded, source: here.reduce((text, { guard, without }) => text.replace(guard, () => without), code) };
    },
  });
}
