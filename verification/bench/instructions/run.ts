import { startCountingProxy } from '../../../test/support/counting-proxy.ts';
import { type Candidate, firstCandidates } from '../authorizer/candidates.ts';
import { runFresh } from '../authorizer/fresh.ts';
import { progress, type Report } from '../lib/report.ts';
import { median, times } from '../lib/statistics.ts';
import type { Stage } from '../systems/stage.ts';
import { counting, instructionsIn } from './cachegrind.ts';

const rounds = 3;
const millions = (count: number) => (count / 1e6).toFixed(1);

/** Counts the instructions of each function's first request in a fresh process, compared with an empty process. */
export async function firstInstructions(stage: Stage): Promise<Report[]> {
  stage.pass(0);
  const all = (await firstCandidates(stage)).map((one) => ({ ...one, counts: [] as number[] }));
  const services = await startCountingProxy(stage.environment.AWS_ENDPOINT_URL ?? '');
  const environment = { ...stage.environment, AWS_ENDPOINT_URL: services.endpoint };
  const proxies = [stage.proxy, services];

  async function count(candidate: Candidate, seed: number): Promise<number> {
    for (const proxy of proxies) proxy.clear();
    const { log } = await runFresh(candidate, environment, counting(seed, 4));
    // Valgrind is slow. After a timeout, the SDK retries: the answer is still right, but the count is not.
    const again = proxies.flatMap(({ calls }) => calls).find(({ attempt }) => attempt > 1);
    if (again !== undefined) throw new Error(`${candidate.name}: ${again.operation} was sent twice`);
    return instructionsIn(log);
  }

  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const one of all) {
        const counted = await count(one, round);
        one.counts.push(counted);
        progress(`instructions: run ${round} of ${rounds}, ${one.name}: ${millions(counted)} million`);
      }
    }
  } finally {
    await services.stop();
  }
  const empty = all.find(({ file }) => file === undefined)?.counts ?? [];
  const beside = (counts: readonly number[], compare: (count: number, empty: number) => number) =>
    counts.map((count, round) => compare(count, empty[round] ?? Number.NaN));
  return [
    {
      title: 'First request in a fresh process: instructions',
      head: ['function', 'first request', 'millions', 'of empty', 'more than empty', 'spread'],
      rows: all.map(({ name, does, file, counts }) => {
        const more = beside(counts, (count, nothing) => count - nothing);
        return [
          ...[name, does, millions(median(counts)), times(median(beside(counts, (count, nothing) => count / nothing)))],
          ...(file === undefined ? ['-', spread(counts)] : [millions(median(more)), spread(more)]),
        ];
      }),
      notes: [
        `Medians of ${rounds} runs from the start of the process to its end, counted by cachegrind: all threads, without the kernel’s part. Each run has its own seed for V8’s hashes, which all functions share. Ratios and differences are medians of those of each run.`,
        '"spread" is the difference between the largest and the smallest count of what a function adds. For "empty" it is that of the whole process, which the seed changes by the same amount for all.',
        'Every response is checked, and no request may have been repeated because valgrind is slow. The goals for first requests are about time, in the section above.',
      ],
      goals: [],
    },
  ];
}

const spread = (counts: readonly number[]): string =>
  `${((100 * (Math.max(...counts) - Math.min(...counts))) / median(counts)).toFixed(2)} %`;
