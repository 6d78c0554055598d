import type { Progress } from '../rehearsal/progress.ts';
import { must, type Target } from './check.ts';
import { resultLine, runSmoke } from './run.ts';

/** Runs the suite as one step of a longer run. @throws Violation that lists every failed check */
export async function smokeStep(progress: Progress, name: string, target: Target): Promise<void> {
  await progress.step(
    name,
    async () => {
      const results = await runSmoke(target, () => {});
      const failed = results.filter(({ fault }) => fault !== undefined);
      must(failed.length === 0, failed.map(resultLine).join('\n'));
      return results;
    },
    (results) => [`${results.length} checks`, ...results.flatMap(({ remark }) => remark ?? [])].join(', '),
  );
}
