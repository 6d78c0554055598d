import { Coverage } from './coverage.ts';
import { mutate, shorten } from './mutate.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';

export interface Summary {
  readonly executions: number;
  readonly seconds: number;
  /** The number of inputs that reached new code, including the seeds. */
  readonly corpus: number;
  /** Characters of the parser's source that have run. */
  readonly covered: number;
  /** The number of runs by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The shortest input found that breaks the target, and its error message. */
  readonly finding?: { readonly input: string; readonly message: string };
}

export interface FuzzOptions {
  readonly executions: number;
  readonly seed: number;
  /** Called about once a second. */
  readonly onProgress?: (executions: number, seconds: number, corpus: number) => void;
}

const batchSize = 4096;

/**
 * Fuzzes a target by mutating inputs that reached new code. Coverage costs as much as thousands of runs, so it is
 * measured once per batch. A batch that reached new code is halved until the input that reached it is found.
 */
export function fuzz(target: Target, { executions, seed, onProgress }: FuzzOptions): Summary {
  const random = new Random(seed);
  const corpus = [...target.seeds];
  const outcomes = new Map<string, number>();
  const coverage = new Coverage(target.files);
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  let shownAt = 0;
  let done = 0;
  const summary = () => ({
    executions: done,
    seconds: seconds(),
    corpus: corpus.length,
    covered: coverage.characters,
    outcomes: Object.fromEntries(outcomes),
  });
  const run = (input: string) => {
    const outcome = target.run(input);
    const times = outcomes.get(outcome) ?? 0;
    if (times === 0) corpus.push(input);
    outcomes.set(outcome, times + 1);
    done += 1;
  };
  let input = '';
  try {
    for (input of target.seeds) run(input);
    coverage.grew();
    while (done < executions) {
      const batch: string[] = [];
      const size = Math.min(batchSize, executions - done);
      for (let index = 0; index < size; index += 1) {
        input = mutate(target, corpus, random);
        batch.push(input);
        run(input);
      }
      if (coverage.reaches()) corpus.push(reacher(target, coverage, batch));
      if (seconds() - shownAt > 1) {
        shownAt = seconds();
        onProgress?.(done, shownAt, corpus.length);
      }
    }
    return summary();
  } catch {
    const short = shorten(input, (text) => messageOf(target, text) !== undefined);
    return { ...summary(), finding: { input: short, message: messageOf(target, short) ?? '' } };
  } finally {
    coverage.stop();
  }
}

/** Finds the input of a batch that reached new code by halving the batch, and records its coverage. */
function reacher(target: Target, coverage: Coverage, batch: readonly string[]): string {
  const reaches = (inputs: readonly string[]) => {
    for (const input of inputs) target.run(input);
    return coverage.reaches();
  };
  let rest = batch;
  while (rest.length > 1) {
    const half = rest.slice(0, rest.length >> 1);
    rest = reaches(half) ? half : rest.slice(half.length);
  }
  const [found = ''] = rest;
  target.run(found);
  coverage.grew();
  return found;
}

function messageOf(target: Target, text: string): string | undefined {
  try {
    target.run(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
