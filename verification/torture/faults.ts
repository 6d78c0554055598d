import { Unavailable } from '../../lambda/core/errors.ts';
import { Crash } from '../../test/support/around.ts';
import type { Rng } from './rng.ts';
import type { Sim } from './sim.ts';

/** What can become of one call of the core's to the world. */
export type Fault =
  | 'delay'
  | 'drop'
  | 'lose'
  | 'duplicate'
  | 'throttle'
  | 'error 500'
  | 'reset'
  | 'crash before'
  | 'crash after';

const weights: readonly (readonly [Fault, number])[] = [
  ['delay', 30],
  ['drop', 12],
  ['lose', 20],
  ['duplicate', 14],
  ['throttle', 7],
  ['error 500', 5],
  ['reset', 6],
  ['crash before', 3],
  ['crash after', 3],
];

/** Faults after which the caller may be told that the service is unavailable. */
export const failing: ReadonlySet<Fault> = new Set<Fault>(['drop', 'lose', 'throttle', 'error 500', 'reset']);

/** Longest that a call is under way: the SDK's own time-out. */
const longestMs = 2000;

/** Draws what becomes of one call; mostly nothing. */
export function drawFault(rng: Rng, harm: number): Fault | undefined {
  return harm > 0 && rng.chance(harm) ? rng.weighted(weights) : undefined;
}

/**
 * Lets one call meet its fault, in simulated time: the way there, what is done, the way back. A duplicate is the SDK
 * sending a write again that had landed; the second answer counts.
 */
export async function meetFault(
  fault: Fault | undefined,
  apply: () => Promise<unknown>,
  isWrite: boolean,
  rng: Rng,
  sim: Sim,
): Promise<unknown> {
  const way = () => (fault === 'delay' ? rng.between(20, longestMs) : rng.between(1, 15));
  await sim.sleep(way());
  if (fault === 'drop' || fault === 'throttle' || fault === 'error 500') throw new Unavailable('store_unavailable');
  if (fault === 'reset' && rng.chance(0.5)) throw new Unavailable('store_unavailable');
  if (fault === 'crash before') throw new Crash('before the call');
  const answer = await sim.external(apply);
  await sim.sleep(way());
  if (fault === 'lose' || fault === 'reset') throw new Unavailable('store_unavailable');
  if (fault === 'crash after') throw new Crash('after the call');
  if (fault !== 'duplicate' || !isWrite) return answer;
  const again = await sim.external(apply);
  // The real store knows its own tombstone by its operation id; the one in memory keeps none.
  return isTombstone(answer) ? answer : again;
}

function isTombstone(answer: unknown): boolean {
  return (answer as { outcome?: string } | undefined)?.outcome === 'revoked';
}
