import type { Code } from './code.ts';
import { openMemory } from './memory.ts';
import { planOf, usersPerWorld } from './plan.ts';
import { printSummary, printViolation } from './report.ts';
import { seedOf } from './rng.ts';
import { playPlan, type Ran } from './run.ts';
import { Stats } from './stats.ts';
import type { OpenStores } from './world.ts';

export interface TortureOptions {
  readonly seed: number;
  readonly ops: number;
  readonly engine: 'memory' | 'dynoxide';
  readonly removed: string | undefined;
  /** The other version that serves requests. */
  readonly old: Code | undefined;
}

/** Interval of progress reports. */
const progressMs = 5000;

/** Simulates worlds until the number of operations is reached. @returns the exit code */
export async function torture({ seed, ops, engine, removed, old }: TortureOptions): Promise<number> {
  const startedAt = performance.now();
  const totals = new Stats();
  const violated: { world: number; ran: Ran }[] = [];
  const dynoxide = engine === 'dynoxide' ? await (await import('./dynoxide.ts')).openDynoxide(seed, totals) : undefined;
  const openOne: OpenStores = dynoxide?.open ?? openMemory;
  const open: OpenStores = old === undefined ? openOne : async (accounts) => ({ ...(await openOne(accounts)), old });
  let worlds = 0;
  let toldAt = startedAt;
  const playOn = async (): Promise<void> => {
    while (totals.total('operation') < ops && violated.length === 0) {
      const world = worlds;
      worlds += 1;
      const worldSeed = seedOf(seed, world);
      const ran = await playPlan(planOf(worldSeed), worldSeed, open, { name: `${seed}w${world}` });
      totals.add(ran.stats);
      if (ran.violation !== undefined) violated.push({ world, ran });
      if (performance.now() - toldAt < progressMs) continue;
      toldAt = performance.now();
      const done = totals.total('operation');
      const rate = Math.round((done / (toldAt - startedAt)) * 1000);
      process.stdout.write(`  ${done.toLocaleString('en')} operations, ${worlds} worlds, ${rate}/s, no violation\n`);
    }
  };
  // On a real engine, many worlds share the table at the same time.
  await Promise.all(Array.from({ length: dynoxide === undefined ? 1 : 12 }, playOn));
  const seconds = (performance.now() - startedAt) / 1000;
  printSummary(totals, {
    seed,
    engine,
    mixed: old !== undefined,
    removed,
    seconds,
    worlds,
    users: worlds * usersPerWorld,
  });
  const first = violated[0];
  if (first !== undefined) await printViolation(seedOf(seed, first.world), first.world, seed, first.ran, open);
  await dynoxide?.stop();
  return violated.length === 0 ? 0 : 1;
}
