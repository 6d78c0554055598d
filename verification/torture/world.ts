import type { Account } from '../../lambda/core/account.ts';
import { Refusal, Unavailable } from '../../lambda/core/errors.ts';
import type { TokenSet } from '../../lambda/core/issue.ts';
import type { SessionPolicy } from '../../lambda/core/session.ts';
import { cheapHash } from '../../test/support/passwords.ts';
import type { Device, Wire } from './client.ts';
import type { Code } from './code.ts';
import { type Deployment, openDeployment } from './deployment.ts';
import { Judge } from './judge.ts';
import { Keys } from './keys.ts';
import { type Op, usersPerWorld } from './plan.ts';
import { Rng } from './rng.ts';
import type { Call, Stores } from './service.ts';
import { Sim } from './sim.ts';
import type { Stats } from './stats.ts';
import { type Bounds, boundsOf, type Changing, newUser, otherPolicies, policies, type User } from './users.ts';

/** Opens the stores of one world; `deleteExpired` is what TTL deletion does. */
export type OpenStores = (
  policy: SessionPolicy,
  accounts: readonly Account[],
) => Promise<
  Stores & {
    deleteExpired(nowMs: number): Promise<void>;
    check(judge: Judge): void;
    /** The version that serves beside this one. @default none */
    readonly old?: Code;
    /** The stores of another version on the same table. */
    beside(code: Code, policy: SessionPolicy): Pick<Stores, 'sessions' | 'accounts'>;
    /** Everything that is stored, where that can be had at once. */
    dump?(): unknown;
  }
>;

export interface Copy {
  token: string;
  readonly channel: 'cookie' | 'body';
}

/** Users with their devices, thieves, and the service that they all use, in one time. */
export class World {
  readonly sim = new Sim(1_900_000_123_457);
  /** The settings of each version that serves: the new one first. */
  readonly policies: readonly Changing[];
  readonly stats: Stats;
  readonly judge: Judge;
  readonly keys: Keys;
  readonly users: readonly User[];
  readonly service: Deployment;
  readonly #bounds: Bounds;
  readonly stores: Awaited<ReturnType<OpenStores>>;
  /** Copies of tokens in the wrong hands, each used by itself. */
  readonly stolen: Copy[] = [];
  /** Thieves that follow a device, and refresh soon after it. */
  readonly shadows = new Map<Device, Copy>();
  /** Lines for a reader; nobody collects them unless asked. */
  readonly note: (line: () => string) => void;

  private constructor(
    seed: number,
    stats: Stats,
    users: readonly User[],
    policies: readonly Changing[],
    stores: World['stores'],
    note: World['note'],
  ) {
    this.policies = policies;
    this.stats = stats;
    this.users = users;
    this.note = note;
    this.stores = stores;
    this.#bounds = boundsOf(policies);
    this.judge = new Judge(this.#bounds, stats);
    this.keys = new Keys(this.sim, seed, policies);
    const { sim, judge, keys } = this;
    this.service = openDeployment({ sim, stores, judge, stats, keys, policies });
  }

  static async open(name: string, seed: number, stats: Stats, open: OpenStores, note: World['note']): Promise<World> {
    const users = Array.from({ length: usersPerWorld }, (_, index) => newUser(`${name}-${index}`));
    const policy: Changing = { ...new Rng(seed).weighted(policies) };
    const stores = await open(
      policy,
      users.map(({ account }) => account),
    );
    const other = stores.old === undefined ? [] : [{ ...new Rng(seed ^ 0x01d).weighted(otherPolicies) }];
    return new World(seed, stats, users, [policy, ...other], stores, note);
  }

  /** Everyone's logout, for both versions at once. */
  everyoneOut(): void {
    for (const policy of [...this.policies, ...Object.values(this.#bounds)]) policy.notBefore = this.sim.nowMs();
  }

  user(op: Op): User {
    return at(this.users, op.user);
  }

  device(op: Op): Device {
    return at(this.user(op).devices, op.device);
  }

  /** How a device reaches the service; each request draws its own luck. */
  wire(op: Op, who: string, byThief: boolean, channel: 'cookie' | 'body'): Wire {
    const rng = new Rng(op.seed);
    return {
      sim: this.sim,
      rng,
      loss: op.harm / 3,
      refresh: (token) => this.refresh(op, rng.next(), who, byThief, channel, token),
    };
  }

  async refresh(op: Op, seed: number, who: string, byThief: boolean, channel: 'cookie' | 'body', token: string) {
    const request = { refreshToken: token, clientId: 'app', channel, scopes: undefined };
    const known = this.judge.tracks.tokens.has(token);
    const onClock = (call: Call) => void (known && this.judge.sent(token, call, byThief));
    const generation = known ? this.judge.tracks.token(token).generation : '?';
    return this.service.run({ kind: 'refresh', seed, harm: op.harm, token, onClock }, async (tools, call, core) => {
      const told = (what: string) =>
        this.note(() => `${who}: refresh of generation ${generation}: ${what}${faultsOf(call)}`);
      try {
        const answer = await core.refresh(request, tools);
        told(answer.row);
        this.judge.refreshed(call, token, answer, byThief);
        return answer;
      } catch (error) {
        told(error instanceof Refusal || error instanceof Unavailable ? error.reason : String(error));
        if (error instanceof Refusal) this.judge.refused(call, token, error.reason, byThief);
        else if (known) this.judge.failed(call, token, error);
        throw error;
      }
    });
  }

  /** Logs a device in: twice each password that may be the right one. */
  async login(op: Op, device: Device): Promise<void> {
    const user = this.user(op);
    const rng = new Rng(op.seed ^ 0x5eed);
    for (const password of [...user.passwords]) {
      for (let tries = 0; tries < 2; tries += 1) {
        const outcome = await this.#tryLogin(op, device, password, rng);
        this.note(() => `${device.name}: login: ${outcome}`);
        this.stats.count('login', outcome);
        if (outcome === 'password_wrong') break;
        if (outcome === 'lost' || outcome === 'unavailable') continue;
        if (outcome === 'done') user.passwords = [password, ...user.passwords.filter((other) => other !== password)];
        return;
      }
    }
  }

  async #tryLogin(op: Op, device: Device, password: string, rng: Rng): Promise<string> {
    const user = this.user(op);
    const earlier = device.token;
    const request = {
      username: user.account.username,
      password,
      clientId: 'app',
      channel: device.channel,
      sourceIp: '192.0.2.1',
      ...(earlier === undefined ? {} : { earlierTokens: [earlier] }),
    };
    const sent = { kind: 'login', seed: rng.next(), harm: op.harm };
    try {
      const tokens = await this.service.run(sent, async (tools, call, core) => {
        const opened = await core.login(request, tools);
        this.#loggedIn(call, user, password, opened);
        return opened;
      });
      if (rng.chance(op.harm / 3)) return 'lost';
      device.store(tokens);
      return 'done';
    } catch (error) {
      return error instanceof Refusal ? error.reason : 'unavailable';
    }
  }

  #loggedIn(call: Call, { account: { subject } }: User, password: string, tokens: TokenSet): void {
    this.judge.loggedIn(call, tokens.refreshToken);
    const { disabled, replaced } = this.service.ledger;
    if ((disabled.get(subject) ?? Number.POSITIVE_INFINITY) < call.readBegan)
      this.judge.report(5, 'a disabled user logged in');
    const change = replaced.get(`${subject} ${cheapHash(password)}`);
    if (change !== undefined && change.step < call.readBegan)
      this.judge.report(10, 'a replaced password opened a session');
  }
}

export function faultsOf({ faults }: Call): string {
  return faults.length === 0 ? '' : ` [${faults.join(', ')}]`;
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`there is no ${index}`);
  return found;
}
