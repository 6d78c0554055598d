/** The platform functions that the library needs. Tests and simulations provide their own. */
export interface Platform {
  readonly fetch: typeof globalThis.fetch;
  /** Wall clock, epoch milliseconds. It may jump when a device sleeps. */
  now(): number;
  /** At least 0, less than 1. */
  random(): number;
  /** Calls back after `ms`; returns a function that cancels. A background timer does not keep a Node process alive. */
  timer(ms: number, callback: () => void, background?: boolean): () => void;
  /** Calls back when the app may have slept or been offline. */
  onWake(callback: (online: boolean) => void): void;
  /** Connects to the other tabs; returns a function that sends to them, or undefined if there are none. */
  tabs(name: string, receive: (message: unknown) => void): ((message: unknown) => void) | undefined;
  /** Host name of the page; undefined outside a browser. */
  pageHost(): string | undefined;
}

type Listen = (type: string, listener: () => void) => void;

/** The members of a browser's global scope that are used. All are optional, because React Native and Node lack them. */
interface Scope {
  readonly addEventListener?: Listen;
  readonly document?: { readonly hidden: boolean; readonly addEventListener: Listen };
  readonly location?: { readonly hostname: string };
}

const scope = globalThis as Scope;

/** The runtime's own functions. Globals are looked up when they are used. */
export const systemPlatform: Platform = {
  fetch: (input, init) => fetch(input, init),
  now: () => Date.now(),
  random: () => Math.random(),
  timer(ms, callback, background) {
    const id = setTimeout(callback, ms);
    if (background) (id as { unref?: () => void }).unref?.();
    return () => clearTimeout(id);
  },
  onWake(callback) {
    scope.document?.addEventListener('visibilitychange', () => scope.document?.hidden || callback(false));
    scope.addEventListener?.('pageshow', () => callback(false));
    scope.addEventListener?.('online', () => callback(true));
  },
  tabs(name, receive) {
    if (!scope.document || !globalThis.BroadcastChannel) return undefined;
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => receive(data);
    return (message) => channel.postMessage(message);
  },
  pageHost: () => scope.location?.hostname,
};
