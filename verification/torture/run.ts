import { act } from './acts.ts';
import type { Op } from './plan.ts';
import { Stats } from './stats.ts';
import type { Violation } from './violation.ts';
import { type OpenStores, World } from './world.ts';

export interface Ran {
  readonly stats: Stats;
  readonly violation: Violation | undefined;
}

/** Plays one plan in its own world, up to its end or the first violation. */
export async function playPlan(
  plan: readonly Op[],
  seed: number,
  open: OpenStores,
  options: { readonly name?: string; readonly history?: string[] } = {},
): Promise<Ran> {
  const stats = new Stats();
  const { history, name = String(seed) } = options;
  const startedAt = { ms: 0 };
  const world = await World.open(name, seed, stats, open, (line) =>
    history?.push(`${((world.sim.nowMs() - startedAt.ms) / 1000).toFixed(3).padStart(14)} s  ${line()}`),
  );
  startedAt.ms = world.sim.nowMs();
  const { sim, judge, stores } = world;
  for (const op of plan) {
    sim.after(op.at, () => {
      act(world, op).catch((error: unknown) => judge.report(9, `${op.kind} failed: ${(error as Error).stack}`));
    });
  }
  await sim.run(() => {
    stores.check(judge);
    return judge.violation !== undefined;
  });
  stores.check(judge);
  return { stats, violation: judge.violation };
}
