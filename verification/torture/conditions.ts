import type { Tab } from './tab.ts';
import type { Asked, Served } from './web.ts';

/** One request of a tab and its answer. */
export interface Exchange {
  readonly tab: Tab;
  readonly asked: Asked;
  /** The page has neither an answer nor an error yet, and has not given up. */
  isOpen(): boolean;
  /** The request arrives at the service. */
  reach(): Promise<Served>;
  /** The answer arrives at the browser, which sets its cookies. */
  arrive(served: Served): void;
  /** The page gets the answer. */
  deliver(served: Served): void;
  /** The page gets a network error. */
  fail(): void;
}

/** The delays and the failures on a device. */
export interface Conditions {
  /** Returns a function that cancels the timer. */
  timer(tab: Tab, ms: number, happen: () => void, background: boolean): () => void;
  /** A message to another tab. Messages to one tab are delivered in order. */
  message(to: Tab, type: string, deliver: () => void): void;
  /** A call of the keychain. */
  storage(tab: Tab, name: string, done: () => void, fail: () => void): void;
  exchange(exchange: Exchange): void;
}

/** Maximum time from the browser receiving a response, cookies included, until the page gets it. */
const pageMs = 20;

/** Random conditions. Failures are as likely as the `harm` of the device. */
export const drawn: Conditions = {
  timer(tab, ms, happen) {
    const timer = tab.later(ms, happen);
    return () => {
      timer.cancelled = true;
    };
  },
  message: (to, _type, deliver) => void to.later(1, deliver),
  storage(tab, _name, done, fail) {
    const { rng, harm } = tab.device;
    const fails = rng.chance(harm / 20);
    tab.later(rng.between(0, 3), fails ? fail : done);
  },
  exchange(exchange) {
    const { tab } = exchange;
    const { device } = tab;
    const fail = () => exchange.fail();
    if (device.offline) return void tab.later(1, fail);
    const { rng, harm } = device;
    const [toServer, back, toPage] = [rng.between(2, 80), rng.between(2, 80), rng.between(0, pageMs)];
    const lost = { request: rng.chance(harm / 3), answer: rng.chance(harm / 3), noticed: rng.chance(0.3) };
    const isRefresh = exchange.asked.path === '/auth/refresh';
    if (isRefresh && device.losesRefresh()) Object.assign(lost, { answer: true, noticed: false });
    const vanish = () => lost.noticed && tab.later(back, fail);
    const arrive = (served: Served): void => {
      if (!exchange.isOpen()) return;
      exchange.arrive(served);
      tab.later(toPage, () => exchange.deliver(served));
    };
    device.around.sim.after(toServer, () => {
      if (lost.request) return vanish();
      // The request still reaches the service after the app has ended or given up.
      exchange.reach().then((served) => (lost.answer ? vanish() : tab.later(back, () => arrive(served))));
    });
  },
};
