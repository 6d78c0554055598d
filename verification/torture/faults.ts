import { Unavailable } from '../../lambda/core/errors.ts';
import { Crash } from '../../test/support/around.ts';
import type { Rng } from './rng.ts';
import type { Sim } from './sim.ts';

/** The possible faults of one call of the core. */
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

/** Faults after which the client may get "service unavailable". */
export const failing: ReadonlySet<Fault> = new Set<Fault>(['drop', 'lose', 'throttle', 'error 500', 'reset']);

/** Maximum duration of a call: the SDK's own timeout. */
const longestMs = 2000;

/** Picks the fault of one call; usually none. */
export function drawFault(rng: Rng, harm: number): Fault | undefined {
  return harm > 0 && rng.chance(harm) ? rng.weighted(weights) : undefined;
}

/**
 * Applies a fault to one call in simulated time: request, execution, response. A duplicate is the SDK repeating a
 * successful write; the second response counts.
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
  // The real store recognizes its own tombstone by its operation id; the in-memory store has none.
  return isTombstone(answer) ? answer : again;
}

function isTombstone(answer: unknown): boolean {
  return (answer as { outcome?: string } | undefined)?.outcome === 'revoked';
}
