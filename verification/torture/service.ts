import type { Accounts } from '../../lambda/core/account-store.ts';
import type { CredentialTools } from '../../lambda/core/credentials.ts';
import { Refusal, Unavailable } from '../../lambda/core/errors.ts';
import type { LoginTools } from '../../lambda/core/login.ts';
import { RefreshTokens } from '../../lambda/core/refresh-tokens.ts';
import type { SessionPolicy } from '../../lambda/core/session.ts';
import type { SessionStore } from '../../lambda/core/session-store.ts';
import { TableUsers } from '../../lambda/core/users.ts';
import { nodeCodec, nodeCrypto } from '../../lambda/crypto/node-crypto.ts';
import { type Around, around, Crash } from '../../test/support/around.ts';
import { noThrottle } from '../../test/support/memory-throttle.ts';
import { accessTokenPolicy, plainSigner } from '../../test/support/world.ts';
import type { Call } from './call.ts';
import { drawFault, type Fault, failing, meetFault } from './faults.ts';
import type { Judge } from './judge.ts';
import type { Keys } from './keys.ts';
import { AccountLedger, watchAccounts, watchSessions } from './observe.ts';
import { CanaryPasswords } from './passwords.ts';
import { Rng } from './rng.ts';
import type { Sim } from './sim.ts';
import type { Stats } from './stats.ts';
import { holdsSecret } from './violation.ts';

export type Tools = LoginTools & CredentialTools;

export interface Stores {
  readonly sessions: SessionStore;
  readonly accounts: Accounts;
  /** Whether faults are injected above the stores, so that the judge sees everything that happens. */
  readonly exact: boolean;
}

/** Faults of the function itself, not of the services that it calls. */
const ofTheFunction: ReadonlySet<Fault | undefined> = new Set(['delay', 'crash before', 'crash after']);

/** A function that takes longer is stopped. */
const functionTimeoutMs = 10_000;

/** The service: the real core, with injected faults in its calls to the outside. */
export class Service {
  readonly ledger = new AccountLedger();
  readonly #passwords = new CanaryPasswords();

  constructor(parts: {
    sim: Sim;
    stores: Stores;
    judge: Judge;
    stats: Stats;
    keys: Keys;
    policy: SessionPolicy;
  }) {
    this.#parts = parts;
  }

  readonly #parts;

  /** Runs one request. Rethrows the errors of the core: a refusal, "unavailable", or a crash. */
  async run<T>(
    request: { kind: string; seed: number; harm: number; token?: string; onClock?: (call: Call) => void },
    useCase: (tools: Tools, call: Call) => Promise<T>,
  ): Promise<T> {
    const { judge, stats, policy, sim } = this.#parts;
    const rng = new Rng(request.seed);
    const call: Call = {
      kind: request.kind,
      token: request.token,
      began: judge.step(),
      noticed: policy.notBefore,
      nowMs: sim.nowMs(),
      sentBefore: Number.POSITIVE_INFINITY,
      readBegan: 0,
      readEnded: 0,
      rotateBegan: 0,
      tableCalls: 0,
      noteLost: false,
      faults: [],
    };
    stats.count('operation', request.kind);
    try {
      return await useCase(this.#tools(call, rng, request.harm, request.onClock), call);
    } catch (error) {
      this.#check(error, call);
      throw error;
    }
  }

  #check(error: unknown, call: Call): void {
    const { judge, stores, stats } = this.#parts;
    if (error instanceof Crash) return;
    if (error instanceof Refusal || error instanceof Unavailable) {
      const said = `${error.message} ${error.reason} ${JSON.stringify(error)}`;
      if (holdsSecret(said)) judge.report(8, 'a secret in an error');
      if (error instanceof Refusal) return;
      stats.count('unavailable', error.reason);
      const excused = call.faults.some((fault) => failing.has(fault)) || error.reason === 'keys_unavailable';
      // No request may fail if the SDK recovers from every fault.
      if (stores.exact && !excused) judge.report(9, `${call.kind} was unavailable (${error.reason}) without a reason`);
      return;
    }
    judge.report(9, `${call.kind} failed with ${String(error)}`);
  }

  #tools(call: Call, rng: Rng, harm: number, onClock: ((call: Call) => void) | undefined): Tools {
    const { sim, stores, judge, stats, keys, policy } = this.#parts;
    const watch = { judge, call, ledger: this.ledger, exact: stores.exact };
    const accounts = watchAccounts(stores.accounts, watch);
    const clock = {
      nowMs: () => {
        call.nowMs = sim.nowMs();
        onClock?.(call);
        return call.nowMs;
      },
    };
    const startedAt = sim.nowMs();
    const run: Around = async (name, apply) => {
      if (sim.nowMs() - startedAt > functionTimeoutMs) {
        call.noteLost = true;
        throw new Crash('the function timed out');
      }
      if (name.startsWith('refreshTokens') || name.startsWith('throttle')) return apply();
      const isTable = name.startsWith('sessions') || name.startsWith('accounts');
      if (isTable) call.tableCalls += 1;
      // With the real stores, a proxy injects the table faults.
      const drawn = drawFault(rng, harm);
      const fault = isTable && !stores.exact && !ofTheFunction.has(drawn) ? undefined : drawn;
      if (fault !== undefined) {
        call.faults.push(fault);
        stats.count('fault', fault);
        const dies = fault === 'crash before' || fault === 'crash after';
        if (dies || (name === 'sessions.owe' && failing.has(fault))) call.noteLost = true;
      }
      return meetFault(
        fault,
        apply,
        /sessions\.(create|rotate|owe|settle|revoke)$|accounts\.revoke/.test(name),
        rng,
        sim,
      );
    };
    const base: Tools = {
      clock,
      random: keys.random,
      crypto: nodeCrypto,
      codec: nodeCodec,
      refreshTokens: new RefreshTokens({
        crypto: nodeCrypto,
        codec: nodeCodec,
        random: keys.random,
        ratchetKeys: keys.instance(rng.below(3)),
      }),
      signer: plainSigner,
      users: new TableUsers(accounts, this.#passwords),
      passwords: this.#passwords,
      throttle: noThrottle,
      addressLimits: { triesPerAddress: 100, knownTriesPerAddress: 1000 },
      events: { publish: async (events) => judge.published(events) },
      sessions: watchSessions(stores.sessions, watch),
      accounts,
      sessionPolicy: policy,
      accessTokenPolicy,
      maxSessionsPerUser: 4,
      verifier: { verify: () => Promise.reject(new Error('claims are handed in verified')) },
      isCommonPassword: () => false,
    };
    return around(base, run);
  }
}
