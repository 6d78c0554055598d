import { defaultPolicy } from '../../../test/support/world.ts';
import { Device } from '../../torture/client.ts';
import { Judge } from '../../torture/judge.ts';
import { openMemory } from '../../torture/memory.ts';
import { serverOf } from '../../torture/server.ts';
import type { Stores } from '../../torture/service.ts';
import { Stats } from '../../torture/stats.ts';
import type { Tab } from '../../torture/tab.ts';
import { account, password } from '../size.ts';
import { Toolbox } from '../toolbox.ts';
import { backendOf } from './backend.ts';
import { ClientChecks } from './checks.ts';
import { type Costs, Footprint, type Move } from './move.ts';
import { Network } from './network.ts';
import { activeSessions, Middle, nothingByItself, quiet, SendingJudge } from './platform.ts';
import type { Act, ClientSize } from './size.ts';

/** Longer than the longest cool-down of the library. */
export const settleMs = 100_000;

type OpenStores = Awaited<ReturnType<typeof openMemory>> & Stores;

/** One user with one device, and all possible next moves. Deterministic. */
export class ClientModel {
  readonly size: ClientSize;
  readonly left: { -readonly [name in keyof Costs]: number };
  readonly judge: Judge;
  readonly device: Device;
  readonly network: Network;
  readonly checks: ClientChecks;
  readonly frozen = new Set<Tab>();
  readonly #names = new Map<Tab, string>();
  /** The moves so far, in words. */
  readonly history: string[] = [];
  /** Tabs in which the user waits for a result. */
  readonly busy = new Set<Tab>();
  nowMs = 1_000_000_000;
  ended = false;
  #serving = '';
  #requests = 0;
  readonly #stores: OpenStores;

  private constructor(size: ClientSize, stores: OpenStores) {
    this.size = size;
    this.left = { acts: size.acts, faults: size.faults, ticks: size.ticks, sleeps: size.sleeps };
    this.#stores = stores;
    const stats = new Stats();
    this.judge = new Judge({ strict: defaultPolicy, loose: defaultPolicy }, stats);
    this.device = new Device(size.device, size.device === 'browser' ? 'cookie' : 'body', 0);
    this.device.rng = new Middle(0);
    this.checks = new ClientChecks(this);
    this.network = new Network({
      nowMs: () => this.nowMs,
      nameOf: (tab) => this.nameOf(tab),
      isFrozen: (tab) => this.frozen.has(tab),
      arrives: (exchange, arrive) => this.checks.arrives(exchange, arrive),
      delivered: (exchange, served) => this.checks.delivered(exchange, served),
    });
    const toolbox = new Toolbox(this.judge, stores, defaultPolicy, () => this.nowMs);
    const serve = serverOf(
      backendOf(
        this.judge,
        toolbox,
        () => this.nowMs,
        () => this.#serving,
      ),
    );
    this.device.place({
      sim: {
        nowMs: () => this.nowMs,
        after: nothingByItself,
      },
      serve: (tab, asked) => {
        this.#requests += 1;
        this.#serving = `${this.nameOf(tab)} ${asked.path} ${this.#requests}`;
        return serve(tab, asked);
      },
      judge: new SendingJudge(this.judge, stats),
      conditions: this.network,
    });
  }

  /** A user who logged in a minute ago, and whose apps are running or starting. */
  static async open(size: ClientSize): Promise<ClientModel> {
    const model = new ClientModel(size, (await openMemory([account])) as OpenStores);
    const [first] = model.device.tabs;
    if (first === undefined) throw new Error('a device has an app');
    for (const { session } of model.device.tabs) session.subscribe(() => {});
    await quiet();
    await model.settle(0);
    model.act(first, 'login');
    await quiet();
    await model.settle(0);
    if (model.liveSessions().size !== 1) throw new Error('the history does not begin with one session');
    model.nowMs += 60_000;
    if (size.cold) for (const tab of model.device.tabs) model.restart(tab);
    await quiet();
    Object.assign(model.left, { acts: size.acts });
    model.history.length = 0;
    return model;
  }

  /** A restarted app keeps its name. */
  nameOf(tab: Tab): string {
    const place = this.size.device === 'phone' ? 'phone' : `tab ${'AB'[this.device.tabs.indexOf(tab)]}`;
    const name = this.#names.get(tab) ?? place;
    this.#names.set(tab, name);
    return name;
  }

  /** Numbers the next move of its kind, so that its words do not depend on moves of other kinds. */
  numbered(words: string): string {
    return `${words} (${this.history.filter((before) => before.startsWith(words)).length + 1})`;
  }

  async take(move: Move): Promise<Footprint> {
    for (const name of Object.keys(move.costs) as (keyof Costs)[]) this.left[name] -= move.costs[name];
    this.history.push(move.words);
    this.network.footprint = new Footprint();
    move.take();
    await quiet();
    this.#stores.check(this.judge);
    this.checks.afterMove();
    if (this.network.underway().length === 0) this.checks.atRest();
    return this.network.footprint;
  }

  /** The user does something in one app. */
  act(tab: Tab, kind: Act): void {
    if (kind !== 'call') this.busy.add(tab);
    this.device.usedAt = this.nowMs;
    const { session } = tab;
    const done = {
      // A page makes several calls at once.
      call: () => Promise.all(Array.from({ length: 2 }, () => session.fetch('https://api.example.com/me'))),
      login: () => session.login({ username: 'user', password }),
      logout: () => session.logout(),
    }[kind]();
    done
      .catch(() => {})
      .then(() => {
        if (kind !== 'call') this.busy.delete(tab);
      });
  }

  end(): void {
    this.ended = true;
  }

  /** Ends the choices: everything settles and is judged. */
  async finish(): Promise<void> {
    await this.settle(settleMs);
    await this.checks.atEnd();
  }

  goOnline(): void {
    this.network.offline = false;
    for (const tab of this.device.tabs) tab.wake(true);
  }

  thaw(tab: Tab): void {
    this.frozen.delete(tab);
    this.network.readMessages(tab);
  }

  /** Kills the app and starts it again. */
  restart(tab: Tab): void {
    this.busy.delete(tab);
    this.frozen.delete(tab);
    const fresh = tab.replace();
    this.device.tabs = this.device.tabs.map((other) => (other === tab ? fresh : other));
    fresh.session.subscribe(() => {});
  }

  /** Lets everything arrive in order without further faults, and lets timers fire for a while. */
  async settle(ms: number): Promise<void> {
    const until = this.nowMs + ms;
    if (this.network.offline) this.goOnline();
    for (const tab of this.frozen) this.thaw(tab);
    for (let step = 0; step < 2_000 && this.judge.violation === undefined; step += 1) {
      const move = this.network.underway()[0]?.moves()[0];
      const timer = [...this.network.timers].filter(({ tab }) => tab.alive).sort((a, b) => a.at - b.at)[0];
      if (move !== undefined) await this.take(move);
      else if (timer !== undefined && (timer.at <= until || (!timer.background && ms > 0))) {
        this.nowMs = Math.max(this.nowMs, timer.at);
        this.history.push(timer.words);
        timer.fire();
        await quiet();
      } else return;
    }
  }

  /** Sessions in the table that can be refreshed. */
  liveSessions(): ReadonlySet<string> {
    return activeSessions(this.#stores.dump?.());
  }
}
