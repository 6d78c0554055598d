/** `npm run bench [-- <part> ...] [--write]`: docs/benchmarks.md. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asText, progress, type Report } from './lib/report.ts';
import type { Stage } from './systems/stage.ts';

interface Options {
  readonly peer?: string;
  readonly case?: string;
}

type Part = (stage: Stage, options: Options) => Promise<readonly Report[]>;

/** Loaded on demand: what is compared with may have to be installed first. */
const parts: Readonly<Record<string, () => Promise<Part>>> = {
  correctness: async () => (await import('./correctness/run.ts')).correctness,
  refresh: async () => (await import('./refresh/run.ts')).refreshes,
  authorizer: async () => (await import('./authorizer/warm.ts')).warmAuthorizers,
  first: async () => (await import('./authorizer/first.ts')).firstRequests,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { peer: { type: 'string' }, case: { type: 'string' }, write: { type: 'boolean' } },
});
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  progress(`bench: no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

if (!existsSync(join(import.meta.dirname, 'node_modules/oidc-provider'))) {
  progress('bench: installing what is compared with (npm ci in bench/)');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: import.meta.dirname, stdio: ['ignore', 2, 2] });
}

const { openStage } = await import('./systems/stage.ts');
const stage = await openStage();
const reports: Report[] = [];
try {
  for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) {
    const run = await parts[name]?.();
    for (const report of (await run?.(stage, values)) ?? []) {
      reports.push(report);
      process.stdout.write(`${asText(report)}\n`);
    }
  }
} finally {
  await stage.stop();
}
