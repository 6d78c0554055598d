import { Refusal, Unavailable } from './errors.ts';
import type { Events } from './events.ts';
import { type Hashing, hashText, shortHash } from './hash-text.ts';
import { networkOf } from './network.ts';
import { isOwnNetwork } from './own-networks.ts';
import type { Accounts, Clock } from './ports.ts';
import { settleAll } from './settle-all.ts';
import { type AddressLimits, type Counted, guessLimits, type SlowingLimits, type Throttle } from './throttle.ts';

export interface GuessingTools extends Hashing {
  readonly clock: Clock;
  readonly throttle: Throttle;
  readonly events: Events;
  readonly addressLimits: AddressLimits;
}

/** A try that was counted. */
export interface CountedTry {
  /** Takes it back, the password having been right. Best effort: what the password was for has happened. */
  forgive(): Promise<unknown>;
}

/** Somebody who shows nothing but a username. */
export interface Stranger {
  readonly username: string;
  readonly sourceIp: string;
  /** Whose username it is. */
  readonly subject: Promise<string | undefined>;
}

/** A device that has signed in before, or a live session. */
export interface KnownDevice {
  readonly sessionId: string;
  readonly subject: string;
  readonly sourceIp: string;
}

/**
 * Counts one try of a password by somebody without history, for the username and for the address.
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
  // Hashed: people type passwords into the wrong field, and keys are seen by operators.
  const name = hashText(stranger.username, tools);
  const about = { sourceIp: stranger.sourceIp, subject: stranger.subject };
  const { triesPerAddress } = tools.addressLimits;
  const tries = await settleAll([
    countByNetwork(`user:${name}`, site, nowMs, guessLimits.username, about, tools, async () => {
      if (!(await isOwnNetwork(stranger.sourceIp, await stranger.subject, tools))) return undefined;
      return countByNetwork(`own:${name}`, site, nowMs, guessLimits.ownNetworks, about, tools);
    }),
    countByAddress(`address:${link}`, nowMs, triesPerAddress, about, tools),
    ...(site === link
      ? []
      : [countByAddress(`address:${site}`, nowMs, triesPerAddress * guessLimits.siteFactor, about, tools)]),
  ]);
  return forgivenTogether(tries);
}

/**
 * Counts one try of a password by a known device. It has counts of its own, so that nobody can keep a victim out by
 * failing in the victim's name or from the victim's address.
 *
 * @throws as {@link countStranger}
 */
export async function countKnownDevice(device: KnownDevice, tools: GuessingTools): Promise<CountedTry> {
  const nowMs = tools.clock.nowMs();
  const about = { sourceIp: device.sourceIp, subject: Promise.resolve(device.subject) };
  const { link } = networkOf(device.sourceIp);
  const tries = await settleAll([
    countByNetwork(`device:${device.sessionId}`, 'device', nowMs, guessLimits.device, about, tools),
    countByAddress(`known:${link}`, nowMs, tools.addressLimits.knownTriesPerAddress, about, tools),
  ]);
  return forgivenTogether(tries);
}

interface About {
  readonly sourceIp: string;
  readonly subject: Promise<string | undefined>;
}

/** @param instead counts elsewhere once the limit is reached; `undefined` where that is not allowed */
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
    const worthIt = counted.tries >= guessLimits.forgiveFromTries || counted.total >= guessLimits.forgiveFromTotal;
    return { forgive: async () => worthIt && tools.throttle.forgive(key, within, nowMs, limits.windowMs) };
  }
  if (counted.first) {
    // So that a team can tell the user. A store that does not answer leaves the event without the subject.
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
    // Below a tenth of the limit a right password is not worth a write.
    const worthIt = counted.total * 10 > limit;
    return { forgive: async () => worthIt && tools.throttle.giveBack(key, nowMs, guessLimits.addressWindowMs) };
  }
  if (counted.first) await tools.events.publish([{ type: 'LoginBlocked', limit: 'address', sourceIp }]);
  return refuse(counted, 'address');
}

function refuse({ waitMs }: Extract<Counted, { allowed: false }>, limit: 'account' | 'address'): never {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  throw new Refusal('slow_down', `${limit}_throttled`, 'Too many tries. Wait before the next one.', {
    retryAfterSeconds,
  });
}

function forgivenTogether(tries: readonly CountedTry[]): CountedTry {
  return {
    async forgive() {
      try {
        await settleAll(tries.map((counted) => counted.forgive()));
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
      }
    },
  };
}
