import { type Op, planOf } from './plan.ts';
import { playPlan, type Ran } from './run.ts';
import { shrink } from './shrink.ts';
import type { Stats } from './stats.ts';
import type { OpenStores } from './world.ts';

/** The counters that must be zero. */
const zeros = ['honest logouts', 'thieves alive after more than G', 'refreshes after revocation'];

interface Frame {
  readonly seed: number;
  readonly engine: string;
  readonly mixed: boolean;
  readonly removed: string | undefined;
  readonly seconds: number;
  readonly worlds: number;
  readonly users: number;
}

/** Prints all counters. */
export function printSummary(stats: Stats, { seed, engine, mixed, removed, seconds, worlds, users }: Frame): void {
  const operations = stats.total('operation');
  const say = (name: string, value: string) => process.stdout.write(`${name.padEnd(18)}${value}\n`);
  const guard = removed === undefined ? '' : `, without the guard "${removed}"`;
  say('torture', `seed ${seed}, engine ${engine}${mixed ? ', old and new version side by side' : ''}${guard}`);
  say('operations', `${operations.toLocaleString('en')} by ${users.toLocaleString('en')} users in ${worlds} worlds`);
  for (const group of [
    'operation',
    'login',
    'done',
    'row',
    'fault',
    'unavailable',
    'client',
    'signed out',
    'ended by reuse',
    'thieves',
  ])
    say(`  ${group}`, stats.line(group));
  for (const zero of zeros) say(`must be 0`, `${zero}: ${stats.of('zero', zero)}`);
  say('time', `${seconds.toFixed(1)} s, ${Math.round(operations / seconds).toLocaleString('en')} operations a second`);
}

/** Prints the seed and the shortest history that was found. */
export async function printViolation(
  worldSeed: number,
  world: number,
  seed: number,
  { violation }: Ran,
  open: OpenStores,
): Promise<void> {
  if (violation === undefined) return;
  const out = (line: string) => process.stdout.write(`${line}\n`);
  out(`\nVIOLATION of ${violation.message}`);
  out(`  seed ${seed}, world ${world}`);
  const plan = planOf(worldSeed);
  const short = await shrink(plan, worldSeed, open, violation);
  const history: string[] = [];
  const again = await playPlan(short, worldSeed, open, { name: `${seed}w${world}h`, history });
  out(`  the shortest plan: ${short.length} of ${plan.length} lines`);
  for (const op of short) out(`    ${planLine(op)}`);
  out('  and its history:');
  for (const line of history) out(`    ${line}`);
  out(`  ends with: ${again.violation?.message ?? 'no violation when it was replayed'}`);
}

function planLine({ at, kind, user, device, harm }: Op): string {
  return `${(at / 1000).toFixed(3).padStart(14)} s  ${kind} (user ${user}, device ${device}${harm > 0 ? `, harm ${harm}` : ''})`;
}
