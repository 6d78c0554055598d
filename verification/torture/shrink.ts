import type { Op } from './plan.ts';
import { playPlan } from './run.ts';
import type { Violation } from './violation.ts';
import type { OpenStores } from './world.ts';

/** Finds a shorter plan that breaks the same invariant: removes lines, then harm. */
export async function shrink(plan: readonly Op[], seed: number, open: OpenStores, wanted: Violation): Promise<Op[]> {
  let replays = 0;
  const breaks = async (ops: readonly Op[]): Promise<boolean> => {
    replays += 1;
    return (await playPlan(ops, seed, open, { name: `${seed}r${replays}` })).violation?.invariant === wanted.invariant;
  };
  let ops = await removeLines([...plan], breaks);
  for (const op of ops) {
    const calmer = ops.map((other) => (other === op ? { ...op, harm: 0 } : other));
    if (op.harm > 0 && (await breaks(calmer))) ops = calmer;
  }
  return removeLines(ops, breaks);
}

/** Delta debugging: removes halves, quarters, and so on down to single lines, until none can be removed. */
async function removeLines(plan: Op[], breaks: (ops: readonly Op[]) => Promise<boolean>): Promise<Op[]> {
  let ops = plan;
  for (let size = Math.ceil(ops.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let from = 0; from < ops.length; ) {
      const fewer = [...ops.slice(0, from), ...ops.slice(from + size)];
      if (await breaks(fewer)) ops = fewer;
      else from += size;
    }
  }
  return ops;
}
