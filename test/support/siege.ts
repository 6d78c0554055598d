import { type LoginRequest, login } from '../../lambda/core/login.ts';
import { MemoryThrottle } from './memory-throttle.ts';
import { aliceLogin, day, minute, openWorld, second } from './world.ts';

/** An attacker guesses for two days while the user tries to log in on a new device. */
export interface Siege {
  readonly name: string;
  /** Each address guesses again after `Retry-After`, or every `everyMs` regardless of the answer. */
  readonly addresses: readonly string[];
  readonly everyMs?: number;
  /** @default the user's */
  readonly username?: (guess: number) => string;
  /** Networks that the user has logged in from before. */
  readonly knownNetworks?: readonly string[];
  readonly victimAddress?: string;
}

export interface SiegeResult {
  /** Maximum number of the attacker's passwords that were compared in any 24 hours. */
  readonly guessesADay: number;
  /** Number of the user's attempts, one every ten minutes, with the right password. */
  readonly asked: number;
  readonly refused: number;
  /** Longest time from a first refusal to the next login, in minutes. */
  readonly longestWaitMinutes: number;
}

const askEveryMs = 10 * minute;

/** Simulates a siege with the real rules. Time only moves between requests. */
export async function besiege(siege: Siege): Promise<SiegeResult> {
  const world = openWorld({ tools: { throttle: new MemoryThrottle() } });
  const victim = { ...aliceLogin, sourceIp: siege.victimAddress ?? '198.51.100.200' };
  for (const sourceIp of siege.knownNetworks ?? []) await login({ ...victim, sourceIp }, world.tools);
  // Long enough for these logins to leave every counter.
  world.clock.advance(2 * day);
  const startedAt = world.clock.nowMs();
  const attempt = async (request: LoginRequest) => {
    const error = await login(request, world.tools).then(
      () => undefined,
      (error: { code: string; retryAfterSeconds?: number }) => error,
    );
    return { refused: error?.code === 'slow_down', waitMs: (error?.retryAfterSeconds ?? 0) * second };
  };
  const guessedAt: number[] = [];
  let guesses = 0;
  const guess = async (sourceIp: string) => {
    guesses += 1;
    const username = siege.username?.(guesses) ?? victim.username;
    const { refused, waitMs } = await attempt({ ...victim, username, password: 'wrong', sourceIp });
    if (!refused) guessedAt.push(world.clock.nowMs());
    return siege.everyMs ?? Math.max(waitMs, second);
  };
  let asked = 0;
  let refusals = 0;
  let waitingSince: number | undefined;
  let longestMs = 0;
  const ask = async () => {
    asked += 1;
    const { refused } = await attempt(victim);
    const nowMs = world.clock.nowMs();
    if (refused) {
      refusals += 1;
      waitingSince ??= nowMs;
    }
    if (waitingSince !== undefined) longestMs = Math.max(longestMs, nowMs - waitingSince);
    if (!refused) waitingSince = undefined;
    return askEveryMs;
  };
  const agenda = new Agenda(startedAt);
  // The attacker is always first.
  for (const address of siege.addresses) agenda.add(startedAt, () => guess(address));
  agenda.add(startedAt + minute, ask);
  await agenda.run(startedAt + 2 * day, (atMs) => world.clock.advance(Math.max(0, atMs - world.clock.nowMs())));
  return {
    guessesADay: mostWithin(guessedAt, day),
    asked,
    refused: refusals,
    longestWaitMinutes: Math.round(longestMs / minute),
  };
}

/** Runs work in order of time. Each run returns the delay until the next one, in milliseconds. */
class Agenda {
  readonly #slots = new Map<number, (() => Promise<number>)[]>();
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  add(atMs: number, work: () => Promise<number>): void {
    const slot = Math.ceil(atMs / second) * second;
    this.#slots.set(slot, [...(this.#slots.get(slot) ?? []), work]);
  }

  async run(untilMs: number, moveTo: (atMs: number) => void): Promise<void> {
    for (let atMs = Math.ceil(this.#nowMs / second) * second; atMs < untilMs; atMs += second) {
      const works = this.#slots.get(atMs);
      if (works === undefined) continue;
      this.#slots.delete(atMs);
      moveTo(atMs);
      for (const work of works) this.add(atMs + (await work()), work);
    }
  }
}

function mostWithin(sorted: readonly number[], spanMs: number): number {
  let most = 0;
  let first = 0;
  for (const [last, atMs] of sorted.entries()) {
    while ((sorted[first] ?? 0) <= atMs - spanMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
