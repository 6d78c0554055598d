import type { ClientJudge } from './client-judge.ts';
import type { Conditions } from './conditions.ts';
import type { Op } from './plan.ts';
import { Rng } from './rng.ts';
import type { Sim } from './sim.ts';
import { Tab } from './tab.ts';
import type { Serve, Served } from './web.ts';

/** How long a device stays awake after use: usually briefly, sometimes longer than a refresh ahead of expiry. */
const awakeMs: readonly (readonly [readonly [number, number], number])[] = [
  [[100, 30_000], 60],
  [[30_000, 480_000], 28],
  [[480_000, 2_400_000], 12],
];

/** The surroundings of a device. */
export interface Surroundings {
  readonly sim: Pick<Sim, 'nowMs' | 'after'>;
  readonly serve: Serve;
  readonly judge: ClientJudge;
  readonly conditions: Conditions;
}

/**
 * A phone, or a browser with two tabs. Each tab and app runs the library of `client/src`. This module provides what the
 * library needs: storage, a cookie jar, a lossy network, sleep.
 */
export class Device {
  readonly name: string;
  readonly channel: 'cookie' | 'body';
  /** The error of the device's clock. */
  readonly skewMs: number;
  tabs: readonly Tab[] = [];
  /** The refresh token, in the keychain or in the cookie jar. */
  token: string | undefined;
  storedAt = 0;
  /** Its past refresh tokens, the newest last. */
  readonly had: string[] = [];
  /** The access tokens that it received, each with its refresh token; the newest last. */
  readonly given = new Map<string, Served>();
  asleep = false;
  offline = false;
  /** Whether the response to this refresh is lost, in addition to injected faults. */
  losesRefresh = (): boolean => false;
  rng = new Rng(0);
  harm = 0;
  /** When its last use began. The API denies older access tokens, so that clients refresh. */
  usedAt = 0;
  #surroundings: Surroundings | undefined;
  #waiting: (() => void)[] = [];
  #uses = 0;

  constructor(name: string, channel: 'cookie' | 'body', skewMs: number) {
    this.name = name;
    this.channel = channel;
    this.skewMs = skewMs;
  }

  get around(): Surroundings {
    if (this.#surroundings === undefined) throw new Error('the device is not part of a world');
    return this.#surroundings;
  }

  place(surroundings: Surroundings): void {
    this.#surroundings = surroundings;
    this.tabs = Array.from({ length: this.channel === 'cookie' ? 2 : 1 }, () => new Tab(this));
  }

  /** The user picks up the device. It may wake, its apps may have been killed, and it may be offline at first. */
  use(op: Op): void {
    const { sim } = this.around;
    this.rng = new Rng(op.seed ^ 0xde1);
    this.harm = op.harm;
    this.usedAt = sim.nowMs();
    this.#uses += 1;
    const use = this.#uses;
    const { rng } = this;
    const stays = rng.between(...rng.weighted(awakeMs));
    sim.after(stays, () => {
      this.asleep ||= use === this.#uses;
    });
    if (this.asleep) this.#wake();
  }

  #wake(): void {
    const { sim } = this.around;
    const { rng } = this;
    this.asleep = false;
    // A phone kills apps that sleep; a browser discards tabs.
    this.tabs = this.tabs.map((tab) => (rng.chance(0.15) ? tab.replace() : tab));
    if (rng.chance(this.harm / 2)) {
      this.offline = true;
      sim.after(rng.between(100, 90_000), () => {
        this.offline = false;
        this.wakeTabs(true);
      });
    }
    // Everything that came due during sleep happens now, in random order with the wake-up event.
    const due = this.#waiting.splice(0);
    for (const happen of due) sim.after(rng.between(0, 5), () => this.whenAwake(happen));
    sim.after(rng.between(0, 5), () => this.wakeTabs(false));
  }

  wakeTabs(online: boolean): void {
    for (const tab of this.tabs) this.whenAwake(() => tab.wake(online));
  }

  whenAwake(happen: () => void): void {
    if (this.asleep) this.#waiting.push(happen);
    else happen();
  }

  /** A refresh token reaches the storage or the jar. */
  store(token: string): void {
    this.around.judge.stored(this, token);
    this.token = token;
    this.storedAt = this.around.sim.nowMs();
    if (this.had.at(-1) !== token) this.had.push(token);
    if (this.had.length > 6) this.had.shift();
  }

  forget(): void {
    this.token = undefined;
    this.around.judge.forgot(this);
  }

  /** The session of the newest access token. */
  get sessionId(): string | undefined {
    return [...this.given.values()].at(-1)?.sessionId;
  }

  received(served: Served): void {
    if (served.accessToken === undefined) return;
    this.given.set(served.accessToken, served);
    const [oldest] = this.given.keys();
    if (this.given.size > 8 && oldest !== undefined) this.given.delete(oldest);
  }
}
