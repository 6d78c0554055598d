import { createSession, type Session, type SessionStorage } from '../../client/src/index.ts';
import type { Platform } from '../../client/src/platform.ts';
import type { Device } from './client.ts';
import { send } from './web.ts';

type Receive = (message: unknown) => void;

/** One run of the app: a browser tab, or a process on a phone. It can end abruptly and be replaced. */
export class Tab {
  readonly device: Device;
  readonly session: Session;
  /** Number of refreshes that were sent and neither answered nor aborted. */
  refreshing = 0;
  alive = true;
  readonly #wake: ((online: boolean) => void)[] = [];
  #receive: Receive | undefined;

  constructor(device: Device) {
    this.device = device;
    const app = { baseUrl: 'https://auth.example.com', clientId: 'app', apiOrigins: ['https://api.example.com'] };
    const mode =
      device.channel === 'cookie'
        ? ({ mode: 'cookie' } as const)
        : ({ mode: 'body', storage: this.#storage() } as const);
    const onChange = () => device.around.judge.changed(this);
    this.session = createSession({ ...app, ...mode, onChange }, this.#platform());
  }

  replace(): Tab {
    this.alive = false;
    return new Tab(this.device);
  }

  wake(online: boolean): void {
    if (this.alive) for (const call of this.#wake) call(online);
  }

  /** Runs later, unless the app has been killed; only while the device is awake. */
  later(ms: number, happen: () => void): { cancelled: boolean } {
    const timer = { cancelled: false };
    const due = () => {
      if (this.alive && !timer.cancelled) happen();
    };
    this.device.around.sim.after(Math.ceil(ms), () => this.alive && !timer.cancelled && this.device.whenAwake(due));
    return timer;
  }

  #platform(): Platform {
    const { device } = this;
    return {
      fetch: (input, init) => send(this, String(input), init ?? {}),
      now: () => device.around.sim.nowMs() + device.skewMs,
      random: () => device.rng.next() / 2 ** 32,
      timer: (ms, callback, background = false) => device.around.conditions.timer(this, ms, callback, background),
      onWake: (callback) => void this.#wake.push(callback),
      tabs: (_name, receive) => {
        this.#receive = receive;
        return (message) => this.#tell(message);
      },
      pageHost: () => undefined,
    };
  }

  #tell(message: unknown): void {
    const { type } = message as { type: string };
    for (const other of this.device.tabs) {
      const receive = other.#receive;
      // A tab receives no messages from before it opened.
      if (other === this || receive === undefined) continue;
      const copy = { ...(message as object) };
      this.device.around.conditions.message(other, type, () => receive(copy));
    }
  }

  /** A keychain: slow, and occasionally unreadable. */
  #storage(): SessionStorage {
    const { device } = this;
    const slowly = <T>(name: string, work: () => T) =>
      new Promise<T>((resolve, reject) => {
        device.around.conditions.storage(
          this,
          name,
          () => resolve(work()),
          () => reject(new Error('the keychain is locked')),
        );
      });
    return {
      get: () => slowly('get', () => device.token),
      set: (token) => slowly('set', () => device.store(token)),
      remove: () => slowly('remove', () => device.forget()),
    };
  }
}
