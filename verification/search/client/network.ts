import type { Conditions, Exchange } from '../../torture/conditions.ts';
import type { Tab } from '../../torture/tab.ts';
import type { Served } from '../../torture/web.ts';
import { type Costs, Footprint, free, type Move } from './move.ts';

const oneFault: Costs = { ...free, faults: 1 };
const overloaded: Served = { status: 503, text: '{"message":"Service Unavailable"}', headers: { 'retry-after': '2' } };

/** A message in flight to or from an app. */
interface Underway {
  readonly tab: Tab;
  /** Whether timers no longer wait for it. */
  late: boolean;
  /** Whether its outcome no longer has any effect. */
  isOver(): boolean;
  /** Whether the app still waits for it. */
  isOpen(): boolean;
  moves(): Move[];
}

/** Takes a message off the network. `noticed`: code of its tab runs. */
type End = (words: string, happen?: () => void, noticed?: boolean) => void;

export interface Timer {
  readonly tab: Tab;
  readonly at: number;
  readonly background: boolean;
  readonly words: string;
  fire(): void;
}

/** The interface between the network and the model. */
export interface Surroundings {
  nowMs(): number;
  nameOf(tab: Tab): string;
  isFrozen(tab: Tab): boolean;
  /** Wraps the arrival of an answer at the browser. */
  arrives(exchange: Exchange, arrive: () => void): void;
  /** The page has the answer. */
  delivered(exchange: Exchange, served: Served): void;
}

/** All messages and timers. The search controls them: nothing arrives, fails or fires before it is chosen. */
export class Network implements Conditions {
  readonly timers = new Set<Timer>();
  offline = false;
  /** The places read and changed since the last move began. */
  footprint = new Footprint();
  readonly #underway = new Set<Underway>();
  readonly #counts = new Map<string, number>();
  readonly #inboxes = new Map<Tab, (() => void)[]>();
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Messages in flight, oldest first. */
  underway(): readonly Underway[] {
    return [...this.#underway].filter((each) => !each.isOver());
  }

  timer(tab: Tab, ms: number, happen: () => void, background: boolean): () => void {
    const timer: Timer = {
      tab,
      at: this.#around.nowMs() + Math.max(0, Math.ceil(ms)),
      background,
      words: `${this.#name(tab, 'timer')} is due`,
      fire: () => {
        this.timers.delete(timer);
        happen();
      },
    };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** Arrives immediately, before any network message; in a frozen tab, when the tab thaws. */
  message(to: Tab, _type: string, deliver: () => void): void {
    this.inTab(to);
    const inbox = this.#inboxes.get(to) ?? [];
    this.#inboxes.set(to, inbox);
    inbox.push(deliver);
    queueMicrotask(() => this.readMessages(to));
  }

  readMessages(tab: Tab): void {
    if (!tab.alive || this.#around.isFrozen(tab)) return;
    for (const deliver of this.#inboxes.get(tab)?.splice(0) ?? []) deliver();
  }

  storage(tab: Tab, name: string, done: () => void, fail: () => void): void {
    const words = this.#name(tab, `keychain ${name}`);
    this.#add(
      tab,
      () => !tab.alive,
      (end) => [
        { words: `${words} succeeds`, costs: free, take: () => end(words, done) },
        { words: `${words} fails`, costs: oneFault, take: () => end(words, fail) },
      ],
    );
  }

  exchange(exchange: Exchange): void {
    const { tab, asked } = exchange;
    this.footprint.reads('jar');
    // The team's API has no state, so the timing of its answer makes no difference.
    if (asked.path === '/me') return void exchange.reach().then((served) => exchange.deliver(served));
    const words = this.#name(tab, `${asked.method} ${asked.path}`);
    if (this.offline) {
      const fails = (end: End) => [
        { words: `${words} fails, offline`, costs: free, take: () => end(words, () => exchange.fail()) },
      ];
      this.#add(tab, () => !tab.alive || !exchange.isOpen(), fails);
      return;
    }
    const answer = (served: Served) => this.#answer(exchange, words, served);
    const reach = () => {
      this.footprint.writes('service');
      void exchange.reach().then(answer);
    };
    const isOpen = () => tab.alive && exchange.isOpen();
    const moves = (end: End): Move[] => {
      const arrives: Move = {
        words: `${words} reaches the service`,
        costs: free,
        take: () => end(words, reach, false),
      };
      // The request still reaches the service after the app has ended or given up.
      if (!isOpen()) return [arrives, { words: `${words} is lost`, costs: oneFault, take: () => end(words) }];
      return [
        arrives,
        { words: `${words} fails`, costs: oneFault, take: () => end(words, () => exchange.fail()) },
        { words: `${words} is answered by 503`, costs: oneFault, take: () => end(words, () => answer(overloaded)) },
      ];
    };
    this.#add(tab, () => false, moves, isOpen);
  }

  #answer(exchange: Exchange, words: string, served: Served): void {
    const { tab } = exchange;
    const isOver = () => !tab.alive || !exchange.isOpen();
    const arrive = () => this.#around.arrives(exchange, () => exchange.arrive(served));
    const deliver = () => {
      exchange.deliver(served);
      this.#around.delivered(exchange, served);
    };
    // The page may give up between the two moves.
    const inTwo = () => {
      this.footprint.writes('jar');
      arrive();
      this.#add(tab, isOver, (end) => [
        { words: `the page reads the answer to ${words}`, costs: free, take: () => end(words, deliver) },
      ]);
    };
    const inOne = () => {
      arrive();
      deliver();
    };
    this.#add(tab, isOver, (end) => [
      served.setCookie === undefined
        ? { words: `the answer to ${words} arrives`, costs: free, take: () => end(words, inOne) }
        : { words: `the answer to ${words} sets the cookie`, costs: free, take: () => end(words, inTwo) },
      { words: `the answer to ${words} is lost`, costs: oneFault, take: () => end(words) },
    ]);
  }

  /** Records that code of a tab runs. */
  inTab(tab: Tab): void {
    this.footprint.writes(this.#around.nameOf(tab));
  }

  #add(tab: Tab, isOver: () => boolean, moves: (end: End) => Move[], isOpen = () => !isOver()): void {
    const end = (words: string, happen: () => void = () => {}, noticed = true): void => {
      this.#underway.delete(underway);
      this.footprint.writes(words);
      if (noticed) this.inTab(tab);
      happen();
    };
    const underway: Underway = { tab, late: false, isOver, isOpen, moves: () => moves(end) };
    this.#underway.add(underway);
  }

  #name(tab: Tab, what: string): string {
    const name = `${this.#around.nameOf(tab)}: ${what}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return `${name} (${count})`;
  }
}
