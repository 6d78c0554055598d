import { type Goal, goal, progress, type Report } from '../lib/report.ts';
import type { Stage } from '../systems/stage.ts';
import { type SystemName, systemNames } from '../systems/system.ts';
import { type Case, cases, type Finding } from './cases.ts';
import { Scene } from './scene.ts';

const rounds = 5;

/** Runs each selected case against each selected system (default: all). The details come from the first bad round. */
export async function correctness(stage: Stage, wanted: { peer?: string; case?: string }): Promise<Report[]> {
  const systems = systemNames.filter((name) => wanted.peer === undefined || name === wanted.peer);
  const chosen = cases.filter(({ name }) => wanted.case === undefined || name === wanted.case);
  if (systems.length === 0) throw new Error(`--peer is one of ${systemNames.join(', ')}`);
  if (chosen.length === 0) throw new Error(`--case is one of ${cases.map(({ name }) => name).join(', ')}`);
  const rows: string[][] = [];
  const details: string[][] = [];
  for (const one of chosen) {
    const row = [one.name];
    for (const name of systems) {
      const { verdict, detail } = await judge(stage, name, one);
      progress(`correctness: ${one.name}, ${name}: ${verdict} (${detail})`);
      row.push(verdict);
      details.push([one.name, name, verdict, detail]);
    }
    rows.push(row);
  }
  return [
    {
      title: 'Correctness: which systems log an honest user out, and which leave a thief in',
      head: ['case', ...systems],
      rows,
      notes: [
        `Each cell is ${rounds} runs; "3/5" counts those in which it happened. One cell alone: \`npm run bench -- correctness --peer <system> --case <case>\`.`,
        ...chosen.map(({ name, story }) => `${name}: ${story}`),
        'late-retry and replay are the same request from two sides, because the service cannot tell an owner from a thief. Pawl’s window ends after 30 s (`graceSeconds`): a late retry costs the login, and a replay ends the session. A system that always answers a token one behind keeps both the late owner and the thief.',
      ],
      goals: goalsOf(details),
    },
    {
      title: 'Correctness: observations',
      head: ['case', 'system', 'verdict', 'seen'],
      rows: details,
      notes: [],
      goals: [],
    },
  ];
}

function goalsOf(details: readonly (readonly string[])[]): readonly Goal[] {
  const own = details.filter(([, system]) => system === 'pawl');
  if (own.length === 0) return [];
  return [
    goal(
      'Pawl is right in every case except late-retry, the price of its bounded window',
      own.every(([name, , verdict]) => verdict === 'right' || name === 'late-retry'),
    ),
  ];
}

async function judge(stage: Stage, name: SystemName, one: Case): Promise<{ verdict: string; detail: string }> {
  const scene = await Scene.open(stage, name);
  try {
    const findings: Finding[] = [];
    for (let round = 0; round < rounds; round += 1) findings.push(await one.play(scene));
    const count = (what: (finding: Finding) => boolean) => findings.filter(what).length;
    const out = count(({ honestOut }) => honestOut);
    const stays = count(({ thiefIn }) => thiefIn);
    const faults = [
      ...(out > 0 ? [`honest user out ${out}/${rounds}`] : []),
      ...(stays > 0 ? [`thief stays ${stays}/${rounds}`] : []),
    ];
    const worst = findings.find(({ honestOut, thiefIn }) => honestOut || thiefIn) ?? findings.at(-1);
    return { verdict: faults.join(', ') || 'right', detail: worst?.detail ?? '' };
  } finally {
    await scene.end();
  }
}
