import { defineConfig } from 'vitest/config';

/** One project per folder of test/: what each needs and proves stands in docs of the folders; `--project unit` runs one. */
const project = (name: string, timeoutMs: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    setupFiles: ['test/support/every-file.ts'],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    unstubEnvs: true,
    unstubGlobals: true,
    restoreMocks: true,
  },
});

export default defineConfig({
  test: {
    globalSetup: ['test/support/whole-run.ts'],
    projects: [
      project('unit', 30_000),
      project('types', 60_000),
      project('model', 60_000),
      project('attacks', 60_000),
      project('contract', 30_000),
      project('verification', 120_000),
      project('synth', 120_000),
      project('integration', 120_000),
      project('smoke', 120_000),
      project('rehearsal', 120_000),
      project('examples', 60_000),
      project('docs', 120_000),
    ],
    // `npm run coverage`: the tests of single cases reach every branch of the rules.
    coverage: {
      include: ['lambda/core/**'],
      reporter: ['text-summary'],
      reportOnFailure: true,
      thresholds: { branches: 100 },
    },
    // Two machines' worth of engines and one of arithmetic: more workers only make timing tests wait for each other.
    maxWorkers: 2,
    retry: 0,
    passWithNoTests: false,
    allowOnly: false,
  },
});
