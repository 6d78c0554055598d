import type { Crypto } from '../../lambda/core/ports.ts';
import { RefreshTokens } from '../../lambda/core/refresh-tokens.ts';
import type { SessionPolicy } from '../../lambda/core/session.ts';
import { TableUsers } from '../../lambda/core/users.ts';
import { nodeCodec } from '../../lambda/crypto/node-crypto.ts';
import { type Around, around } from '../../test/support/around.ts';
import { ratchetKey } from '../../test/support/keys.ts';
import { noThrottle } from '../../test/support/memory-throttle.ts';
import { accessTokenPolicy, plainSigner } from '../../test/support/world.ts';
import type { Call } from '../torture/call.ts';
import type { Judge } from '../torture/judge.ts';
import { AccountLedger, watchAccounts, watchSessions } from '../torture/observe.ts';
import { CanaryPasswords } from '../torture/passwords.ts';
import { Rng, seedOf } from '../torture/rng.ts';
import type { Tools } from '../torture/service.ts';
import type { World } from '../torture/world.ts';
import { password } from './size.ts';

const key = ratchetKey('k1');
const passwords = new CanaryPasswords();

/** Distinguishes inputs well enough, at a fraction of the cost of a cryptographic hash. */
function mix(data: Uint8Array, seed: number): Uint8Array {
  let hash = seed;
  for (const byte of data) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return new Rng(hash ^ data.length).bytes(32);
}

const fakeCrypto: Crypto = {
  sha256: (data) => mix(data, 0x811c9dc5),
  hmacSha256: (secret, data) => mix(data, seedOf(secret[0] ?? 0, secret[1] ?? 0, secret[2] ?? 0)),
  equal: (a, b) => Buffer.compare(a, b) === 0,
};

/** Makes the tools of one request: the tools of the real core over the in-memory store, watched by the judge. */
export class Toolbox {
  static readonly loginRequest = {
    username: 'user',
    password,
    clientId: 'app',
    channel: 'cookie',
    sourceIp: '192.0.2.1',
  } as const;

  readonly #judge: Judge;
  readonly #stores: World['stores'];
  readonly #policy: SessionPolicy;
  readonly #nowMs: () => number;
  readonly #ledger = new AccountLedger();

  constructor(judge: Judge, stores: World['stores'], policy: SessionPolicy, nowMs: () => number) {
    this.#judge = judge;
    this.#stores = stores;
    this.#policy = policy;
    this.#nowMs = nowMs;
  }

  /** Random values depend on the requester, so that the same requests in another order reach the same state. */
  for(
    name: string,
    token: string | undefined,
    run: Around,
    onClock?: (call: Call) => void,
  ): { tools: Tools; call: Call } {
    const judge = this.#judge;
    const call: Call = {
      kind: name,
      token,
      began: judge.step(),
      noticed: 0,
      nowMs: this.#nowMs(),
      sentBefore: Number.POSITIVE_INFINITY,
      readBegan: 0,
      readEnded: 0,
      rotateBegan: 0,
      tableCalls: 0,
      noteLost: false,
      faults: [],
    };
    const watch = { judge, call, ledger: this.#ledger, exact: true };
    const accounts = watchAccounts(this.#stores.accounts, watch);
    const clock = {
      nowMs: () => {
        call.nowMs = this.#nowMs();
        onClock?.(call);
        return call.nowMs;
      },
    };
    const random = new Rng(seedOf(...Buffer.from(name)));
    const base: Tools = {
      clock,
      random,
      crypto: fakeCrypto,
      codec: nodeCodec,
      refreshTokens: new RefreshTokens({
        crypto: fakeCrypto,
        codec: nodeCodec,
        random,
        ratchetKeys: { current: async () => key, find: async () => key },
      }),
      signer: plainSigner,
      users: new TableUsers(accounts, passwords),
      passwords,
      throttle: noThrottle,
      addressLimits: { triesPerAddress: 100, knownTriesPerAddress: 1000 },
      events: { publish: async (events) => judge.published(events) },
      sessions: watchSessions(this.#stores.sessions, watch),
      accounts,
      sessionPolicy: this.#policy,
      accessTokenPolicy,
      maxSessionsPerUser: 50,
      verifier: { verify: () => Promise.reject(new Error('not used')) },
      isCommonPassword: () => false,
    };
    return { tools: around(base, run), call };
  }

  /** The contents of the table. */
  dump(): unknown {
    return this.#stores.dump?.();
  }
}
