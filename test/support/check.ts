import fc from 'fast-check';

/**
 * Runs a property. The seed is fixed, so that runs are reproducible and a failure means that something changed. On
 * failure, fast-check prints the seed, the path and the shortest example. `PAWL_SEED=7 PAWL_RUNS=20 npm test` searches
 * with another seed and twenty times as many runs.
 */
export async function check<T extends [unknown, ...unknown[]]>(
  runs: number,
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  property: (...values: T) => Promise<void>,
): Promise<void> {
  const seed = Number(process.env.PAWL_SEED ?? 20_260_101);
  const numRuns = runs * Number(process.env.PAWL_RUNS ?? 1);
  const endOnFailure = process.env.PAWL_SHRINK === 'no';
  await fc.assert(fc.asyncProperty(...(arbitraries as [fc.Arbitrary<unknown>]), property as never), {
    seed,
    numRuns,
    endOnFailure,
  });
}
