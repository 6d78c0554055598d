import type { AccessTokenPolicy } from '../../lambda/core/access-token.ts';
import type { Account } from '../../lambda/core/account.ts';
import type { LoginRequest, LoginTools } from '../../lambda/core/login.ts';
import { networkMark } from '../../lambda/core/own-networks.ts';
import { type Refreshed, type RefreshRequest, refresh } from '../../lambda/core/refresh.ts';
import type { SessionPolicy } from '../../lambda/core/session.ts';
import type { Signer } from '../../lambda/core/signing.ts';
import { TableUsers } from '../../lambda/core/users.ts';
import { nodeCodec, nodeCrypto } from '../../lambda/crypto/node-crypto.ts';
import { FakeClock } from './clock.ts';
import { audience, issuer, ratchetRing, refreshTokensOf, ringRatchetKeys } from './keys.ts';
import { MemoryAccounts } from './memory-accounts.ts';
import { MemorySessions } from './memory-store.ts';
import { MemoryTable } from './memory-table.ts';
import { noThrottle } from './memory-throttle.ts';
import { CheapPasswords, cheapHash } from './passwords.ts';
import { SeededRandom } from './random.ts';
import { RecordedEvents } from './recorded-events.ts';
import { canary } from './transcript.ts';

export const second = 1000;
export const minute = 60 * second;
export const day = 24 * 60 * minute;

/** The defaults of protocol.md §5. */
export const defaultPolicy: SessionPolicy = {
  idleMs: 14 * day,
  absoluteMs: 90 * day,
  graceMs: 30 * second,
  floorMs: 50 * second,
  notBefore: 0,
};

export const accessTokenPolicy: AccessTokenPolicy = { issuer, audience, ttlSeconds: 600 };

/** The login of {@link aliceLogin} is not her first from its network. */
export const aliceNetwork = networkMark('192.0.2.1', 'subject-of-alice', { crypto: nodeCrypto, codec: nodeCodec });

export const alice: Account = {
  subject: 'subject-of-alice',
  username: 'alice@example.com',
  status: 'active',
  epoch: 3,
  passwordHash: cheapHash('correct horse'),
  claims: { tenant: 'acme' },
  scopes: ['read', 'write', 'admin'],
  networks: [aliceNetwork],
};

export const aliceLogin: LoginRequest = {
  username: 'alice@example.com',
  password: 'correct horse',
  clientId: 'app',
  channel: 'body',
  sourceIp: '192.0.2.1',
};

canary(aliceLogin.password);

/** Puts the claims in clear text instead of signing them. Other tests cover the real signer. */
export const plainSigner: Signer = {
  ready: async () => {},
  sign: async (claims) => `signed.${JSON.stringify(claims)}`,
};

export interface WorldOptions {
  readonly policy?: Partial<SessionPolicy>;
  readonly accounts?: readonly Account[];
  readonly tools?: Partial<LoginTools>;
  readonly seed?: string | number;
}

/** A complete service in memory: the real core over the memory store, with a clock that only tests move. */
export function openWorld({ policy, accounts = [alice], tools, seed }: WorldOptions = {}) {
  const clock = new FakeClock();
  const random = new SeededRandom(seed);
  const table = new MemoryTable();
  const sessionPolicy: SessionPolicy = { ...defaultPolicy, ...policy };
  const passwords = new CheapPasswords();
  for (const account of accounts) {
    table.accounts.set(account.subject, account);
    table.logins.set(account.username, account.subject);
  }
  const events = new RecordedEvents();
  const accountStore = tools?.accounts ?? new MemoryAccounts(table);
  const all: LoginTools & { readonly passwords: CheapPasswords } = {
    passwords,
    clock,
    random,
    crypto: nodeCrypto,
    codec: nodeCodec,
    refreshTokens: refreshTokensOf(ringRatchetKeys(ratchetRing(), clock), random),
    signer: plainSigner,
    users: new TableUsers(accountStore, passwords),
    throttle: noThrottle,
    addressLimits: { triesPerAddress: 100, knownTriesPerAddress: 1000 },
    events,
    sessions: new MemorySessions(table),
    accounts: accountStore,
    sessionPolicy,
    accessTokenPolicy,
    maxSessionsPerUser: 50,
    ...tools,
  };
  return { clock, table, passwords, events, tools: all };
}

export type World = ReturnType<typeof openWorld>;

/** A refresh from alice's app. */
export function refreshAs(
  world: Pick<World, 'tools'>,
  refreshToken: string,
  changes: Partial<RefreshRequest> = {},
): Promise<Refreshed> {
  return refresh({ refreshToken, clientId: 'app', channel: 'body', scopes: undefined, ...changes }, world.tools);
}

/** The claims in a token of {@link plainSigner}. */
export function claimsOf(accessToken: string): Readonly<Record<string, unknown>> {
  return JSON.parse(accessToken.slice('signed.'.length)) as Record<string, unknown>;
}
