/**
 * Limits for guessing passwords, counted before any hashing: docs/limits.md. All times are milliseconds.
 *
 * A window of a counter begins at a moment of its own, never at a full hour. Any 24 hours touch at most two windows, so that
 * nobody gets more than 2 × (84 + 18) = 204 tries for one name in a day, and 408 for a user with a username and an
 * e-mail address.
 */
export const guessLimits = {
  /** Tries for one username from devices without history. */
  username: {
    windowMs: 86_400_000,
    /** All networks together. */
    limit: 84,
    /** So many of them are kept for the first tries of each network: a few networks cannot use up everybody's. */
    reserved: 64,
    reservedPerNetwork: 2,
    /** Pause after the first try of a network; each try doubles it. 3.2 s after the seventh, 3.4 min after the thirteenth. */
    firstPauseMs: 50,
    /** A try may come early by so much: the first six may come at once. */
    toleranceMs: 1000,
    maxPauseMs: 3_600_000,
  },
  /** More tries, of networks that the user has logged in from, once those of `username` are used up. */
  ownNetworks: {
    windowMs: 86_400_000,
    limit: 18,
    reserved: 12,
    reservedPerNetwork: 4,
    firstPauseMs: 50,
    toleranceMs: 1000,
    maxPauseMs: 3_600_000,
  },
  /** Tries of one device that has signed in before. */
  device: {
    windowMs: 86_400_000,
    limit: 84,
    reserved: 0,
    reservedPerNetwork: 0,
    firstPauseMs: 50,
    toleranceMs: 1000,
    maxPauseMs: 3_600_000,
  },
  /** From so many tries of a network or device on, a right password is worth the write that forgives them. */
  forgiveFromTries: 4,
  /** From so many tries of all networks on, too. */
  forgiveFromTotal: 16,
  /** How many networks of a user are remembered. */
  rememberedNetworks: 8,
  addressWindowMs: 600_000,
  /** All /64 of one IPv6 /48 together may try so many times as often as one. */
  siteFactor: 10,
} as const;

/** What a team may set: tries from one address in {@link guessLimits.addressWindowMs}. */
export interface AddressLimits {
  readonly triesPerAddress: number;
  /** Of devices that have signed in before, and of live sessions. */
  readonly knownTriesPerAddress: number;
}

/** Tries of several networks under one key: each network slows down by itself, all share `limit`. */
export interface SlowingLimits {
  readonly windowMs: number;
  readonly limit: number;
  readonly reserved: number;
  readonly reservedPerNetwork: number;
  readonly firstPauseMs: number;
  readonly toleranceMs: number;
  readonly maxPauseMs: number;
}

/** What one try came to. `first`: the first refusal of its window, worth an event. */
export type Counted =
  | { readonly allowed: true; readonly tries: number; readonly total: number }
  | { readonly allowed: false; readonly because: 'pause' | 'limit'; readonly waitMs: number; readonly first: boolean };

/** Counters in the store, each one conditional write. All may throw Unavailable. */
export interface Throttle {
  /** Counts a try unless the network's pause is not over or the limit is reached; `tries` is the network's own count. */
  countSlowing(key: string, network: string, nowMs: number, limits: SlowingLimits): Promise<Counted>;
  /** Counts a try unless the window's limit is reached. */
  countUpTo(key: string, nowMs: number, limit: number, windowMs: number): Promise<Counted>;
  /** Takes one try back that was counted at `countedAtMs`, and forgets all pauses of the network. */
  forgive(key: string, network: string, countedAtMs: number, windowMs: number): Promise<void>;
  /** Takes one try back that was counted at `countedAtMs`. */
  giveBack(key: string, countedAtMs: number, windowMs: number): Promise<void>;
}

/** The window of a counter that a moment lies in. */
export interface Window {
  readonly number: number;
  /** Epoch milliseconds. */
  readonly endsAt: number;
}

/** Windows of different keys begin at different moments, spread evenly, so that there is no hour at which all begin. */
export function windowOf(key: string, nowMs: number, windowMs: number): Window {
  const offsetMs = Math.floor((hashOf(key) / 2 ** 32) * windowMs);
  const number = Math.floor((nowMs + offsetMs) / windowMs);
  return { number, endsAt: (number + 1) * windowMs - offsetMs };
}

/** FNV-1a with 32 bits, mixed once more as keys may be short: spreads keys, keeps no secret. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** When the next try of a network may come: its pause is doubled, but never above the longest one. */
export function nextTryAt(lastAtMs: number, nextAtMs: number, { maxPauseMs, toleranceMs }: SlowingLimits): number {
  return Math.min(nextAtMs, lastAtMs + maxPauseMs) - toleranceMs;
}
