import { type Goal, goal, progress, type Report } from '../lib/report.ts';
import { median, ms, times, turned } from '../lib/statistics.ts';
import type { Child } from '../systems/child.ts';
import type { Stage } from '../systems/stage.ts';
import type { SystemName } from '../systems/system.ts';
import { tripsOf, unitsOf } from './calls.ts';

const latencyMs = 5;
const rounds = 7;
const refreshesPerRound = 120;
/** Enough for V8 to compile all hot code. A shorter warm-up favors the system with less code. */
const warmUp = 2000;

interface Figures {
  readonly calls: string;
  readonly requests: number;
  readonly trips: number;
  readonly read: number;
  readonly write: number;
  readonly cpuMs: number[];
  readonly latencyMs: number[];
  readonly perSecond: number[];
}

/** Tokens of new sessions, for one refresh each: Pawl does not rotate a session again right after a rotation. */
async function tokens(child: Child, count: number): Promise<string[]> {
  return (await child.seed(count)).map(({ refreshToken }) => refreshToken);
}

/** Sequential refreshes on one connection, with 5 ms of latency to the database. */
export async function refreshes(stage: Stage, { beside }: { readonly beside?: string }): Promise<Report[]> {
  const peers = [
    'pawl',
    'better-auth',
    'supabase-rule',
    'openauth',
    'oidc-provider',
  ] as const satisfies readonly SystemName[];
  const names: readonly SystemName[] = beside === undefined ? peers : ['pawl', 'pawl-beside'];
  const children = new Map<SystemName, Child>();
  const figures = new Map<SystemName, Figures>();
  for (const name of names) {
    stage.pass(0);
    const child = await stage.start(name);
    children.set(name, child);
    await child.measure(await tokens(child, warmUp));
    figures.set(name, await countOne(stage, child));
    progress(`refresh: ${name} is warm`);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const name of turned(names, round)) {
      const child = children.get(name);
      const into = figures.get(name);
      if (child === undefined || into === undefined) continue;
      stage.pass(0);
      const fresh = await tokens(child, refreshesPerRound);
      stage.pass(latencyMs);
      const { cpuMs, wallMs, latenciesMs } = await child.measure(fresh);
      into.cpuMs.push(cpuMs / fresh.length);
      into.latencyMs.push(median(latenciesMs));
      into.perSecond.push((1000 * fresh.length) / wallMs);
    }
    progress(`refresh: round ${round + 1} of ${rounds}`);
  }
  await Promise.all([...children.values()].map((child) => child.kill()));
  return [report(names, figures)];
}

async function countOne(stage: Stage, child: Child): Promise<Figures> {
  const [token = ''] = await tokens(child, 1);
  // Enough latency for calls that are sent together to overlap.
  stage.pass(50);
  stage.proxy.clear();
  await child.refresh(token);
  const { calls } = stage.proxy;
  const counts = Object.entries(Object.groupBy(calls, ({ operation }) => operation));
  const named = counts.map(([operation, list]) => `${list?.length ?? 0} ${operation}`).join(', ');
  const found = { calls: named, requests: calls.length, trips: tripsOf(calls), ...unitsOf(calls) };
  return { ...found, cpuMs: [], latencyMs: [], perSecond: [] };
}

function report(names: readonly SystemName[], figures: ReadonlyMap<SystemName, Figures>): Report {
  const own = figures.get('pawl');
  const rows: string[][] = [];
  const goals: Goal[] = [goal('one trip, where others need three or four', own?.trips === 1)];
  for (const name of names) {
    const found = figures.get(name);
    if (found === undefined || own === undefined) continue;
    const perRound = (pick: (figures: Figures) => readonly number[]) =>
      median(pick(found).map((value, round) => value / (pick(own)[round] ?? Number.NaN)));
    const cpu = perRound(({ cpuMs }) => cpuMs);
    const speed = 1 / perRound(({ perSecond }) => perSecond);
    rows.push([
      name,
      found.calls,
      String(found.requests),
      String(found.trips),
      String(found.read),
      String(found.write),
      `${ms(median(found.latencyMs))}`,
      `${ms(median(found.cpuMs))} (${times(cpu)})`,
      `${median(found.perSecond).toFixed(0)} (Pawl ${times(speed)})`,
    ]);
    // supabase-rule is a minimal store written for this comparison, not a product, so it gets no goal.
    if (name === 'pawl' || name === 'pawl-beside' || name === 'supabase-rule') continue;
    goals.push(goal(`at most half the CPU of ${name} (${times(1 / cpu)} of it)`, cpu >= 2));
    goals.push(goal(`at least 2.5 times the refreshes a second of ${name} (${times(speed)})`, speed >= 2.5));
  }
  return {
    title: 'Refresh: cost of one',
    head: ['system', 'calls', 'requests', 'trips', 'RCU', 'WCU', 'latency', 'CPU (of Pawl’s)', 'refreshes/s'],
    rows,
    notes: [
      `All systems use one embedded engine behind one proxy that adds ${latencyMs} ms to every call. Each is a Lambda handler, called directly in a separate process, whose CPU time is measured. Medians of ${rounds} interleaved rounds of ${refreshesPerRound} refreshes after ${warmUp} to warm up; ratios are medians of the ratios of each round.`,
      'RCU, WCU: capacity units as the engine counts them, including indexes. Pawl, Supabase’s rule and the adapter of oidc-provider use consistent reads. Better Auth’s adapter finds a token by an index, which does not support them. OpenAuth does not use them, which costs half the units and can return outdated items.',
      'Pawl, Better Auth and the store with Supabase’s rule read the user’s account at every refresh. oidc-provider gets the user from a function that reads nothing, and OpenAuth keeps a copy in the token’s item. Better Auth has its client, resource and signing key in memory here; by default, it reads them too.',
    ],
    goals,
  };
}
