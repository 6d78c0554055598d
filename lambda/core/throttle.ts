import { Refusal, Unavailable } from './errors.ts';
import type { Events } from './events.ts';
import type { Clock, Codec, Crypto } from './ports.ts';

/**
 * Brute force, counted before any hashing: docs/limits.md.
 *
 * Tries for one account must come ever slower: each doubles the pause that the next one has to keep, from `firstPauseMs`
 * on, until the window ends or the password is right. Tries from one address have a plain limit, for many honest users
 * share one.
 */
export const loginLimits = {
  account: {
    /** Pause after the first try: 3.2 s after the seventh, 3.4 min after the thirteenth. */
    firstPauseMs: 50,
    /** A try may come so much too soon: the first six may come at once. */
    toleranceMs: 1000,
    /** The doubling starts anew in every window. */
    windowMs: 3_600_000,
  },
  /** From so many tries on a right password resets the count; below it is not worth a write. */
  resetFromTries: 4,
  triesPerAddress: 100,
  addressWindowMs: 600_000,
} as const;

/** What one counted try came to. */
export type Counted =
  | { readonly allowed: true; readonly tries: number }
  /** `first` of its window: worth an event. */
  | { readonly allowed: false; readonly waitMs: number; readonly first: boolean };

/** All milliseconds. */
export interface SlowingLimits {
  readonly firstPauseMs: number;
  readonly toleranceMs: number;
  readonly windowMs: number;
}

/** Counters in the store, each one conditional write. All may throw Unavailable. */
export interface Throttle {
  /** Counts a try unless it comes sooner than the doubled pause allows. */
  countSlowing(key: string, nowMs: number, limits: SlowingLimits): Promise<Counted>;
  /** Counts a try unless the window's limit is reached. */
  countUpTo(key: string, nowMs: number, limit: number, windowMs: number): Promise<Counted>;
  /** Forgets the tries under a key in the present window. */
  reset(key: string, nowMs: number, windowMs: number): Promise<void>;
}

/**
 * Whose tries are counted: a device that has signed in before has a count of its own, so that nobody can keep a victim
 * from logging in by failing in the victim's name.
 */
export type Trying =
  | { readonly kind: 'user'; readonly username: string; readonly subject?: Promise<string | undefined> }
  | { readonly kind: 'device'; readonly sessionId: string; readonly subject: string };

export interface ThrottleTools {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly codec: Codec;
  readonly throttle: Throttle;
  readonly events: Events;
}

/**
 * Counts one try of a password for an account.
 *
 * @returns how often the account has been tried in this window
 * @throws Refusal `slow_down` with the time to wait
 * @throws Unavailable
 */
export async function countAccountTry(trying: Trying, sourceIp: string, tools: ThrottleTools): Promise<number> {
  const counted = await tools.throttle.countSlowing(keyOf(trying, tools), tools.clock.nowMs(), loginLimits.account);
  if (!counted.allowed && counted.first) {
    // So that a team can tell the user. A store that does not answer leaves the event without.
    const subject = await Promise.resolve(trying.subject).catch(() => undefined);
    const whose = subject === undefined ? {} : { subject };
    await tools.events.publish([{ type: 'LoginBlocked', limit: 'account', sourceIp, ...whose }]);
  }
  return requireAllowed(counted, 'account');
}

/** Counts one try of a password from an address. @throws as {@link countAccountTry} */
export async function countAddressTry(sourceIp: string, tools: ThrottleTools): Promise<void> {
  const { triesPerAddress, addressWindowMs } = loginLimits;
  const key = `address:${networkOf(sourceIp)}`;
  const counted = await tools.throttle.countUpTo(key, tools.clock.nowMs(), triesPerAddress, addressWindowMs);
  if (!counted.allowed && counted.first) {
    await tools.events.publish([{ type: 'LoginBlocked', limit: 'address', sourceIp }]);
  }
  requireAllowed(counted, 'address');
}

function requireAllowed(counted: Counted, limit: 'account' | 'address'): number {
  if (counted.allowed) return counted.tries;
  const retryAfterSeconds = Math.max(1, Math.ceil(counted.waitMs / 1000));
  throw new Refusal('slow_down', `${limit}_throttled`, 'Too many tries. Wait before the next one.', {
    retryAfterSeconds,
  });
}

/** A right password ends the slowing. Best effort: what the password was for has happened by now. */
export async function forgetTries(trying: Trying, tries: number, tools: ThrottleTools): Promise<void> {
  if (tries < loginLimits.resetFromTries) return;
  try {
    await tools.throttle.reset(keyOf(trying, tools), tools.clock.nowMs(), loginLimits.account.windowMs);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
  }
}

/** Usernames are hashed: people type passwords into the wrong field, and keys are seen by operators. */
function keyOf(trying: Trying, { crypto, codec }: ThrottleTools): string {
  if (trying.kind === 'device') return `device:${trying.sessionId}`;
  return `user:${codec.toBase64url(crypto.sha256(codec.toUtf8(trying.username)))}`;
}

/** One customer of an IPv6 provider has a /64 at least, so single addresses there are free to change. */
export function networkOf(sourceIp: string): string {
  if (!sourceIp.includes(':')) return sourceIp;
  const [head = '', tail] = sourceIp.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
