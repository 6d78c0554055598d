import { join } from 'node:path';
import { createVitest, type TestSpecification, type Vitest } from 'vitest/node';

/** The test suites of a copy, kept loaded between runs. */
export class Suite {
  readonly #vitest: Vitest;

  private constructor(vitest: Vitest) {
    this.#vitest = vitest;
  }

  static async open(root: string): Promise<Suite> {
    const cacheDir = join(root, '.cache');
    const vitest = await createVitest(
      'test',
      // The first failure is enough. Two copies share the machine, so each runs one file at a time.
      { root, watch: false, bail: 1, maxWorkers: 1, globalSetup: [], reporters: [{}], fsModuleCachePath: cacheDir },
      { cacheDir, logLevel: 'silent' },
    );
    await vitest.standalone();
    return new Suite(vitest);
  }

  /** Says that a file is not what it was. */
  changed(path: string): void {
    this.#vitest.invalidateFile(path);
    for (const { vite } of this.#vitest.projects) {
      // That leaves its importers half valid, which Vite cannot bear while a run is being cancelled.
      for (const { moduleGraph } of Object.values(vite.environments)) moduleGraph.invalidateAll();
    }
  }

  /**
   * Runs test files, one after the other, until one test fails.
   *
   * @param filters the starts of the files' paths, in the order in which to run them
   * @param likely a file to run first when it is one of them
   * @returns the first test that failed, or undefined when all passed
   * @throws Error when no test ran, or when a file failed without a test of its own, as it does when it cannot be loaded
   */
  async firstFailure(filters: readonly string[], likely?: string): Promise<Failure | undefined> {
    const found: TestSpecification[] = [];
    for (const filter of filters) found.push(...(await this.#vitest.globTestSpecifications([filter])));
    const isLikely = ({ moduleId }: TestSpecification) => likely !== undefined && moduleId.endsWith(`/${likely}`);
    const specifications = new Set(found.toSorted((a, b) => Number(isLikely(b)) - Number(isLikely(a))));
    let ran = 0;
    for (const specification of specifications) {
      const { testModules, unhandledErrors } = await this.#vitest.runTestSpecifications([specification]);
      // The others are those of earlier runs.
      const module = testModules.find(({ moduleId }) => moduleId === specification.moduleId);
      if (module === undefined) throw new Error(`${specification.moduleId} did not run`);
      const file = module.relativeModuleId;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'failed') return { file, test: test.fullName };
        if (state === 'passed') ran += 1;
      }
      const [error] = [...module.errors(), ...unhandledErrors] as { readonly message?: string }[];
      if (error !== undefined || module.state() === 'failed') {
        throw new Error(
          `${file} failed outside of its tests${error === undefined ? '' : `: ${error.message ?? error}`}`,
        );
      }
    }
    if (ran === 0) throw new Error(`no test ran in ${filters.join(', ')}`);
    return undefined;
  }

  async close(): Promise<void> {
    await this.#vitest.close();
  }
}

export interface Failure {
  readonly file: string;
  readonly test: string;
}
