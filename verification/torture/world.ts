import type { Account } from '../../lambda/core/account.ts';
import { Refusal, Unavailable } from '../../lambda/core/errors.ts';
import type { TokenSet } from '../../lambda/core/issue.ts';
import type { SessionPolicy } from '../../lambda/core/session.ts';
import { cheapHash } from '../../test/support/passwords.ts';
import { type Bounds, boundsOf, type Changing } from './bounds.ts';
import type { Call } from './call.ts';
import type { Device } from './client.ts';
import { ClientJudge } from './client-judge.ts';
import type { Code, Core } from './code.ts';
import { drawn } from './conditions.ts';
import { type Deployment, openDeployment } from './deployment.ts';
import { Judge } from './judge.ts';
import { Keys } from './keys.ts';
import { type Op, usersPerWorld } from './plan.ts';
import { Rng } from './rng.ts';
import { serverOf } from './server.ts';
import type { Stores, Tools } from './service.ts';
import { Sim } from './sim.ts';
import type { Stats } from './stats.ts';
import { newUser, otherPolicies, policies, type User } from './users.ts';

/** Opens the stores of one world. `deleteExpired` simulates TTL deletion. */
export type OpenStores = (accounts: readonly Account[]) => Promise<
  Stores & {
    deleteExpired(nowMs: number): Promise<void>;
    check(judge: Judge): void;
    /** The other version that serves requests. @default none */
    readonly old?: Code;
    /** The stores of another version on the same table. */
    beside(code: Code, policy: SessionPolicy): Pick<Stores, 'sessions' | 'accounts'>;
    /** The stored items, if they are available immediately. */
    dump?(): unknown;
  }
>;

export interface Copy {
  token: string;
  readonly channel: 'cookie' | 'body';
}

/** Users with their devices, thieves, and the service, on one simulated clock. */
export class World {
  readonly sim = new Sim(1_900_000_123_457);
  /** The settings of each version that serves, the new version first. */
  readonly policies: readonly Changing[];
  readonly stats: Stats;
  readonly judge: Judge;
  readonly keys: Keys;
  readonly users: readonly User[];
  readonly service: Deployment;
  readonly #bounds: Bounds;
  readonly stores: Awaited<ReturnType<OpenStores>>;
  /** Stolen tokens, each used independently. */
  readonly stolen: Copy[] = [];
  /** Thieves that follow a device, and refresh soon after it. */
  readonly shadows = new Map<Device, Copy>();
  /** A readable history, collected only on request. */
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
    const around = { sim, serve: serverOf(this), judge: new ClientJudge(judge, stats), conditions: drawn };
    for (const device of users.flatMap(({ devices }) => devices)) device.place(around);
  }

  static async open(
    name: string,
    seed: number,
    stats: Stats,
    open: OpenStores,
    note: World['note'] = () => {},
    chosen: SessionPolicy = new Rng(seed).weighted(policies),
  ): Promise<World> {
    const users = Array.from({ length: usersPerWorld }, (_, index) => newUser(`${name}-${index}`));
    const policy: Changing = { ...chosen };
    const stores = await open(users.map(({ account }) => account));
    const other = stores.old === undefined ? [] : [{ ...new Rng(seed ^ 0x01d).weighted(otherPolicies) }];
    return new World(seed, stats, users, [policy, ...other], stores, note);
  }

  /** `sessionsNotBefore`, for both versions at once. */
  everyoneOut(): void {
    for (const policy of [...this.policies, ...Object.values(this.#bounds)]) policy.notBefore = this.sim.nowMs();
  }

  user(op: Op): User {
    return this.users[op.user] as User;
  }

  device(op: Op): Device {
    return this.user(op).devices[op.device] as Device;
  }

  async refresh(
    { harm }: Pick<Op, 'harm'>,
    seed: number,
    who: string,
    byThief: boolean,
    channel: 'cookie' | 'body',
    token: string,
  ) {
    const request = { refreshToken: token, clientId: 'app', channel, scopes: undefined };
    const known = this.judge.tracks.tokens.has(token);
    const onClock = (call: Call) => void (known && this.judge.sent(token, call, byThief));
    const generation = known ? this.judge.tracks.token(token).generation : '?';
    return this.service.run({ kind: 'refresh', seed, harm, token, onClock }, async (tools, call, core) => {
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
        else if (known) this.judge.dues.failed(call, token, error);
        throw error;
      }
    });
  }

  /** A login at the service. */
  async login(
    { seed, harm }: Pick<Op, 'seed' | 'harm'>,
    device: Device,
    username: string,
    password: string,
    earlier: string | undefined,
  ): Promise<TokenSet> {
    const request = {
      username,
      password,
      clientId: 'app',
      channel: device.channel,
      sourceIp: '192.0.2.1',
      ...(earlier === undefined ? {} : { earlierTokens: [earlier] }),
    };
    const user = this.users.find(({ account }) => account.username === username);
    return this.service.run({ kind: 'login', seed, harm }, async (tools, call, core) => {
      const opened = await core.login(request, tools);
      if (user !== undefined) this.#loggedIn(call, user, password, opened);
      return opened;
    });
  }

  /** Any other request, recorded and counted. Errors of the core are rethrown. */
  asUser<T>(
    { seed, harm }: Pick<Op, 'seed' | 'harm'>,
    kind: string,
    useCase: (core: Core, tools: Tools, used: (sessionId: string) => void, call: Call) => Promise<T>,
  ): Promise<T> {
    return this.service.run({ kind, seed, harm }, async (tools, call, core) => {
      const told = (what: string) => this.note(() => `${kind}: ${what}${faultsOf(call)}`);
      try {
        const result = await useCase(core, tools, (sessionId) => this.judge.usedClaims(call, sessionId), call);
        this.stats.count('done', kind);
        told('done');
        return result;
      } catch (error) {
        told(String(error));
        throw error;
      }
    });
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
