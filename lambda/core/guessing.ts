import type { Accounts } from './account-store.ts';
import { Refusal } from './errors.ts';
import type { Events } from './events.ts';
import { type Hashing, hashText, shortHash } from './hash-text.ts';
import { bestEffort } from './housekeeping.ts';
import { networkOf } from './network.ts';
import { isOwnNetwork } from './own-networks.ts';
import type { Clock } from './ports.ts';
import { settleAll } from './settle-all.ts';
import { type AddressLimits, type Counted, guessLimits, type SlowingLimits, type Throttle } from './throttle.ts';

export interface GuessingTools extends Hashing {
  readonly clock: Clock;
  readonly throttle: Throttle;
  readonly events: Events;
  readonly addressLimits: AddressLimits;
}

/** Names of the counters of a user; `name` is the hash of a username. */
export const counterKeys = {
  username: (name: string) => `user:${name}`,
  ownNetworks: (name: string) => `own:${name}`,
  device: (sessionId: string) => `device:${sessionId}`,
} as const;

/** A counted attempt. */
export interface CountedTry {
  /** Refunds the attempt after a correct password. Best effort: the password has already served its purpose. */
  forgive(): Promise<unknown>;
}

/** A caller that presents only a username. */
export interface Stranger {
  readonly username: string;
  readonly sourceIp: string;
  /** The user with that username. */
  readonly subject: Promise<string | undefined>;
}

/** A device that has signed in before, or a live session. */
export interface KnownDevice {
  readonly sessionId: string;
  readonly subject: string;
  readonly sourceIp: string;
}

/**
 * Counts one password attempt by a caller without history, for the username and for the address.
 *
 * @throws Refusal `slow_down` with the time to wait
 * @throws Unavailable
 */
export async function countStranger(
  stranger: Stranger,
  tools: GuessingTools & { readonly accounts: Accounts },
): Promise<CountedTry> {
  const nowMs = tools.clock.nowMs();
  const { link, site } = networkOf(stranger.sourceIp);
  // Hashed: people type passwords into the wrong field, and operators see keys.
  const name = hashText(stranger.username, tools);
  const about = { sourceIp: stranger.sourceIp, subject: stranger.subject };
  const { triesPerAddress } = tools.addressLimits;
  const tries = await settleAll([
    countByNetwork(counterKeys.username(name), site, nowMs, guessLimits.username, about, tools, async () => {
      if (!(await isOwnNetwork(stranger.sourceIp, await stranger.subject, tools))) return undefined;
      return countByNetwork(counterKeys.ownNetworks(name), site, nowMs, guessLimits.ownNetworks, about, tools);
    }),
    countByAddress(`address:${link}`, nowMs, triesPerAddress, about, tools),
    ...(site === link
      ? []
      : [countByAddress(`address:${site}`, nowMs, triesPerAddress * guessLimits.siteFactor, about, tools)]),
  ]);
  return forgivenTogether(tries);
}

/**
 * Counts one password attempt by a known device. It has its own counters, so that an attacker cannot lock out a user by
 * failing logins in the user's name or from the user's address.
 *
 * @throws as {@link countStranger}
 */
export async function countKnownDevice(device: KnownDevice, tools: GuessingTools): Promise<CountedTry> {
  const nowMs = tools.clock.nowMs();
  const about = { sourceIp: device.sourceIp, subject: Promise.resolve(device.subject) };
  const { link } = networkOf(device.sourceIp);
  const tries = await settleAll([
    countByNetwork(counterKeys.device(device.sessionId), 'device', nowMs, guessLimits.device, about, tools),
    countByAddress(`known:${link}`, nowMs, tools.addressLimits.knownTriesPerAddress, about, tools),
  ]);
  return forgivenTogether(tries);
}

/**
 * Counts one login of a device that has signed in before. Once its attempts are used up, it counts as an unknown device, so
 * that a thief with a copy of its token cannot lock it out by failing in its name.
 *
 * @throws as {@link countStranger}
 */
export async function countReturning(
  device: KnownDevice,
  stranger: Stranger,
  tools: GuessingTools & { readonly accounts: Accounts },
): Promise<CountedTry> {
  try {
    return await countKnownDevice(device, tools);
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'account_throttled') throw error;
    return countStranger(stranger, tools);
  }
}

interface About {
  readonly sourceIp: string;
  readonly subject: Promise<string | undefined>;
}

/** @param instead counts elsewhere once the limit is reached; `undefined` if that is not allowed */
async function countByNetwork(
  key: string,
  network: string,
  nowMs: number,
  limits: SlowingLimits,
  about: About,
  tools: GuessingTools,
  instead: () => Promise<CountedTry | undefined> = async () => undefined,
): Promise<CountedTry> {
  const within = shortHash(network, tools);
  const counted = await tools.throttle.countSlowing(key, within, nowMs, limits);
  if (counted.allowed) {
    const worthIt = counted.total >= guessLimits.forgiveFromTotal;
    return { forgive: async () => worthIt && tools.throttle.forgive(key, within, nowMs, limits.windowMs) };
  }
  if (counted.first) {
    // Lets you inform the user. If the store does not respond, the event has no subject.
    const subject = await about.subject.catch(() => undefined);
    const { sourceIp } = about;
    await tools.events.publish([{ type: 'LoginBlocked', limit: 'account', sourceIp, ...(subject && { subject }) }]);
  }
  const other = counted.because === 'limit' ? await instead() : undefined;
  return other ?? refuse(counted, 'account');
}

async function countByAddress(
  key: string,
  nowMs: number,
  limit: number,
  { sourceIp }: About,
  tools: GuessingTools,
): Promise<CountedTry> {
  const counted = await tools.throttle.countUpTo(key, nowMs, limit, guessLimits.addressWindowMs);
  if (counted.allowed) {
    // Below a tenth of the limit, a refund is not worth a write.
    const worthIt = counted.total * 10 > limit;
    return { forgive: async () => worthIt && tools.throttle.giveBack(key, nowMs, guessLimits.addressWindowMs) };
  }
  if (counted.first) await tools.events.publish([{ type: 'LoginBlocked', limit: 'address', sourceIp }]);
  return refuse(counted, 'address');
}

function refuse({ waitMs }: Extract<Counted, { allowed: false }>, limit: 'account' | 'address'): never {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  throw new Refusal('slow_down', `${limit}_throttled`, 'Too many attempts. Wait before the next one.', {
    retryAfterSeconds,
  });
}

function forgivenTogether(tries: readonly CountedTry[]): CountedTry {
  return {
    forgive: () => bestEffort(() => settleAll(tries.map((counted) => counted.forgive()))),
  };
}
