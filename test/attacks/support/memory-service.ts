import { vi } from 'vitest';
import { signerAndVerifier } from '../../support/keys.ts';
import { MemoryAccounts } from '../../support/memory-accounts.ts';
import { MemorySessions } from '../../support/memory-store.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { MemoryThrottle } from '../../support/memory-throttle.ts';
import { alice, openWorld } from '../../support/world.ts';

/** The handlers' own code over stores in memory: what `lambda/wiring.ts` is replaced by. */

const reads = new Set(['read', 'readWithSessions', 'findSubject']);

/** Calls of the stores since they were last cleared. */
export const calls = { reads: 0, writes: 0, counts: 0 };

const table = new MemoryTable();
const throttle = new MemoryThrottle();
const signals = new Set<string>();
const world = openWorld({
  tools: {
    sessions: counted(new MemorySessions(table), (method) => (reads.has(method) ? 'reads' : 'writes')),
    accounts: counted(new MemoryAccounts(table), (method) => (reads.has(method) ? 'reads' : 'writes')),
    throttle: counted(throttle, () => 'counts'),
  },
});
const { signer, verifier, ring, jwks } = signerAndVerifier(world.clock);
const tools = { ...world.tools, signer, verifier, table: {} };

export const { events, passwords, clock } = world;
export const keys = { ring, jwks };

/** In place of the module's exports. */
export const wiring = {
  accountTools: () => tools,
  callerTools: () => tools,
  ratchetTools: () => tools,
  issuingTools: () => tools,
  ownerTools: () => tools,
  eventTools: () => ({ events: world.tools.events }),
  rareEventTools: () => ({ events: world.tools.events }),
  guessingTools: () => ({
    addressLimits: { triesPerAddress: 100, knownTriesPerAddress: 1000 },
    findAddress: async ({ sourceIp }: { sourceIp: string }) => ({ sourceIp }),
  }),
};

/** In place of the log of signals. */
export const signalLog = {
  has: async (id: string) => signals.has(id),
  add: async (id: string) => void signals.add(id),
};

/** What the functions' environments hold. */
export function stubEnvironment(allowedOrigin: string): void {
  const { iss, aud } = { iss: tools.accessTokenPolicy.issuer, aud: tools.accessTokenPolicy.audience };
  const texts = { TABLE_NAME: 't', EVENT_BUS_NAME: 'b', ISSUER: iss, AUDIENCE: aud, JWKS: JSON.stringify(jwks) };
  const counts = { REFRESH_IDLE_TTL_SECONDS: 1_209_600, REFRESH_ABSOLUTE_TTL_SECONDS: 7_776_000, GRACE_SECONDS: 30 };
  const more = {
    ROTATION_FLOOR_SECONDS: 50,
    SESSIONS_NOT_BEFORE: 0,
    ACCESS_TOKEN_TTL_SECONDS: 600,
    MAX_SESSIONS_PER_USER: 50,
    TRIES_PER_ADDRESS: 100,
    KNOWN_TRIES_PER_ADDRESS: 1000,
  };
  const names = {
    RATCHET_KEYS_SECRET: 'r',
    SIGNING_KEYS_SECRET: 's',
    JWKS_PARAMETER: 'p',
    BASE_URL: iss,
    CLIENTS: '',
  };
  for (const [name, value] of Object.entries({
    ...texts,
    ...counts,
    ...more,
    ...names,
    ALLOWED_ORIGINS: allowedOrigin,
  }))
    vi.stubEnv(name, String(value));
}

/** All that is stored, as a text that can be compared. Counters of tries aside. */
export function stored(): string {
  return JSON.stringify([[...table.sessions], [...table.accounts], [...table.logins], [...signals], events.all.length]);
}

/** One user, no session. */
export function clear(): void {
  table.sessions.clear();
  table.operations.clear();
  table.accounts.clear();
  table.logins.clear();
  table.writes.length = 0;
  throttle.counters.clear();
  signals.clear();
  events.all.length = 0;
  passwords.calls.length = 0;
  table.accounts.set(alice.subject, alice);
  table.logins.set(alice.username, alice.subject);
  forget();
}

export function forget(): void {
  Object.assign(calls, { reads: 0, writes: 0, counts: 0 });
}

/** What {@link restore} puts back. */
export function snapshot(): () => void {
  const sessions = [...table.sessions];
  return () => {
    clear();
    for (const [key, row] of sessions) table.sessions.set(key, structuredClone(row));
  };
}

function counted<T extends object>(store: T, kind: (method: string) => keyof typeof calls): T {
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...values: unknown[]) => {
        calls[kind(String(name))] += 1;
        return Reflect.apply(member, target, values) as unknown;
      };
    },
  });
}
