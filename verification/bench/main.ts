import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandLine } from '../../scripts/command-line.ts';
import { whyNotCounted } from './instructions/cachegrind.ts';
import { machine, page } from './lib/page.ts';
import { asText, progress, type Report } from './lib/report.ts';
import { readSessions } from './scale/sizes.ts';
import type { Stage } from './systems/stage.ts';

interface Options {
  readonly peer?: string;
  readonly case?: string;
  readonly sessions: number;
  readonly beside?: string;
}

type Part = (stage: Stage, options: Options) => Promise<readonly Report[]>;

/** Loaded on demand, because the compared systems may have to be installed first. */
const parts: Readonly<Record<string, () => Promise<Part>>> = {
  correctness: async () => (await import('./correctness/run.ts')).correctness,
  refresh: async () => (await import('./refresh/run.ts')).refreshes,
  authorizer: async () => (await import('./authorizer/warm.ts')).warmAuthorizers,
  first: async () => (await import('./authorizer/first.ts')).firstRequests,
  instructions: async () => (await import('./instructions/run.ts')).firstInstructions,
  login: async () => (await import('./login/run.ts')).logins,
  scale: async () => (await import('./scale/run.ts')).scale,
};

const help = `npm run bench -- [part ...] [options]

Measures Pawl and the systems that docs/benchmarks.md compares it with.
Parts: ${Object.keys(parts).join(', ')} (default: all)

  --sessions <number>    the largest table of the part scale (default 100000)
  --peer <system>        correctness: one system
  --case <name>          correctness: one case
  --beside <directory>   refresh: an earlier build of Pawl's functions, measured in the same run
  --write                writes docs/benchmarks.md

Exit code 1: a goal is missed.`;

// The explicit type lets the compiler see that `refuse` ends the process.
const commandLine: CommandLine = new CommandLine('bench', help);
const { values, positionals } = commandLine.parse({
  allowPositionals: true,
  options: {
    peer: { type: 'string' },
    case: { type: 'string' },
    sessions: { type: 'string' },
    beside: { type: 'string' },
    write: { type: 'boolean' },
  },
});
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  commandLine.refuse(`no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
}
if (values.write && positionals.length > 0)
  commandLine.refuse('--write records a full run: leave out the names of parts');
const sessions = readSessions(values.sessions);
if (typeof sessions === 'string') commandLine.refuse(sessions);
if (values.sessions !== undefined && positionals.length > 0 && !positionals.includes('scale')) {
  commandLine.refuse('--sessions applies only to the part scale');
}

const chosen = positionals.length > 0 ? positionals : Object.keys(parts);
// Check before anything runs. Otherwise, the results of the other parts are lost.
const fault = chosen.includes('instructions') ? whyNotCounted() : undefined;
if (fault !== undefined) {
  progress(`bench: ${fault}`);
  process.exit(1);
}

if (!existsSync(join(import.meta.dirname, 'node_modules/better-auth'))) {
  progress('bench: installing the compared systems (npm ci in verification/bench/)');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: import.meta.dirname, stdio: ['ignore', 2, 2] });
}

const { openStage } = await import('./systems/stage.ts');
const [loadBefore = 0] = loadavg();
const beside = values.beside === undefined ? undefined : resolve(values.beside);
const stage = await openStage(beside);
const reports: Report[] = [];
try {
  for (const name of chosen) {
    const run = await parts[name]?.();
    for (const report of (await run?.(stage, { ...values, sessions })) ?? []) {
      reports.push(report);
      process.stdout.write(`${asText(report)}\n`);
    }
  }
} finally {
  await stage.stop();
}
const missed = reports.flatMap(({ goals }) => goals.filter(({ met }) => !met));
for (const { words } of missed) progress(`bench: missed: ${words}`);
if (missed.length > 0) process.exitCode = 1;
const described = machine(stage.engine, loadBefore);
process.stdout.write(`${described}\n`);
if (values.write) {
  writeFileSync(join(import.meta.dirname, '../../docs/benchmarks.md'), page(reports, described, process.argv.slice(2)));
  progress('bench: wrote docs/benchmarks.md');
}
