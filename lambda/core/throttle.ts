/**
 * Limits for password attempts, counted before any hashing: docs/limits.md. All times are milliseconds.
 *
 * Each counter has its own window start, never the full hour. Any 24 hours touch at most two windows, so an attacker
 * gets at most 2 × (84 + 18) = 204 attempts for one name in a day, and 408 for a user with a username and an e-mail
 * address.
 */
export const guessLimits = {
  /** Attempts for one username from devices without history. */
  username: {
    windowMs: 86_400_000,
    /** Total over all networks. */
    limit: 84,
    /** Attempts reserved for the first attempts of each network, so that a few networks cannot use up the total. */
    reserved: 64,
    reservedPerNetwork: 2,
    /**
     * Pause after the first attempt of a network; each attempt doubles it. 3.2 s after the seventh, 3.4 min after the
     * thirteenth.
     */
    firstPauseMs: 50,
    /** Tolerance for early attempts: the first six need no pause. */
    toleranceMs: 1000,
    maxPauseMs: 3_600_000,
  },
  /** Additional attempts for networks that the user has logged in from, once those of `username` are used up. */
  ownNetworks: {
    windowMs: 86_400_000,
    limit: 18,
    reserved: 12,
    reservedPerNetwork: 4,
    firstPauseMs: 50,
    toleranceMs: 1000,
    maxPauseMs: 3_600_000,
  },
  /** Attempts of one device that has signed in before. */
  device: {
    windowMs: 86_400_000,
    limit: 84,
    reserved: 0,
    reservedPerNetwork: 0,
    firstPauseMs: 50,
    toleranceMs: 1000,
    maxPauseMs: 3_600_000,
  },
  /**
   * Attempts of all networks of a username, or of a device, from which a correct password is worth the write that
   * refunds it. Only fewer correct ones than this stay counted in a window. It is the total and not the network's own
   * count, because a refund resets the latter: correct logins would otherwise use up the total.
   */
  forgiveFromTotal: 4,
  /** Number of networks remembered per user. */
  rememberedNetworks: 8,
  addressWindowMs: 600_000,
  /** Limit of all /64 of one IPv6 /48 together, as a multiple of the limit of one. */
  siteFactor: 10,
} as const;

/** Configurable limits: attempts from one address in {@link guessLimits.addressWindowMs}. */
export interface AddressLimits {
  readonly triesPerAddress: number;
  /** For devices that have signed in before, and for live sessions. */
  readonly knownTriesPerAddress: number;
}

/** Attempts of several networks under one key: each network has its own pause, all share `limit`. */
export interface SlowingLimits {
  readonly windowMs: number;
  readonly limit: number;
  readonly reserved: number;
  readonly reservedPerNetwork: number;
  readonly firstPauseMs: number;
  readonly toleranceMs: number;
  readonly maxPauseMs: number;
}

/** The result of one attempt. `first`: the first refusal of its window, which publishes an event. */
export type Counted =
  | { readonly allowed: true; readonly tries: number; readonly total: number }
  | { readonly allowed: false; readonly because: 'pause' | 'limit'; readonly waitMs: number; readonly first: boolean };

/** Counters in the store, each one conditional write. All may throw Unavailable. */
export interface Throttle {
  /**
   * Counts an attempt unless the network's pause is not over or the limit is reached; `tries` is the network's own
   * count.
   */
  countSlowing(key: string, network: string, nowMs: number, limits: SlowingLimits): Promise<Counted>;
  /** Counts an attempt unless the window's limit is reached. */
  countUpTo(key: string, nowMs: number, limit: number, windowMs: number): Promise<Counted>;
  /** Refunds one attempt that was counted at `countedAtMs`, and clears all pauses of the network. */
  forgive(key: string, network: string, countedAtMs: number, windowMs: number): Promise<void>;
  /** Refunds one attempt that was counted at `countedAtMs`. */
  giveBack(key: string, countedAtMs: number, windowMs: number): Promise<void>;
}

/** The window of a counter at a given time. */
export interface Window {
  readonly number: number;
  /** Epoch milliseconds. */
  readonly endsAt: number;
}

/** Windows of different keys start at different times, spread evenly, so that they do not all start at once. */
export function windowOf(key: string, nowMs: number, windowMs: number): Window {
  const offsetMs = Math.floor((hashOf(key) / 2 ** 32) * windowMs);
  const number = Math.floor((nowMs + offsetMs) / windowMs);
  return { number, endsAt: (number + 1) * windowMs - offsetMs };
}

/** Numbers of the windows whose counters may still be in the table: TTL deletes them within two days. */
export function recentWindows(key: string, nowMs: number, windowMs: number): readonly number[] {
  const { number } = windowOf(key, nowMs, windowMs);
  return [number, number - 1, number - 2];
}

/** 32-bit FNV-1a, mixed once more because keys may be short: it spreads keys and is not a secret. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** When the next attempt of a network is allowed: its pause doubles, up to the longest one. */
export function nextTryAt(lastAtMs: number, nextAtMs: number, { maxPauseMs, toleranceMs }: SlowingLimits): number {
  return Math.min(nextAtMs, lastAtMs + maxPauseMs) - toleranceMs;
}

/** Whether the network has no attempt left in this window, so that waiting for the end of its pause does not help. */
export function isUsedUp(total: number, own: number, { limit, reserved, reservedPerNetwork }: SlowingLimits): boolean {
  return total >= limit || (total >= limit - reserved && own >= reservedPerNetwork);
}
