import { goal, progress, type Report } from '../lib/report.ts';
import { median, ms, times, turned } from '../lib/statistics.ts';
import type { Stage } from '../systems/stage.ts';
import { type Candidate, firstCandidates } from './candidates.ts';
import { runFresh } from './fresh.ts';

const rounds = 15;

interface Timed extends Candidate {
  readonly wallMs: number[];
  readonly cpuMs: number[];
}

/** Compares the first request of each function in a fresh process with a process that does nothing. */
export async function firstRequests(stage: Stage): Promise<Report[]> {
  stage.pass(0);
  const all = (await firstCandidates(stage)).map((one): Timed => ({ ...one, wallMs: [], cpuMs: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const candidate of turned(all, round)) {
      const { wallMs, cpuMs } = await runFresh(candidate, stage.environment);
      candidate.wallMs.push(wallMs);
      candidate.cpuMs.push(cpuMs);
    }
    progress(`first request: round ${round + 1} of ${rounds}`);
  }
  const empty = all.find(({ file }) => file === undefined);
  const ratio = (one: Timed | undefined, pick: (timed: Timed) => readonly number[]) =>
    median((one ? pick(one) : []).map((value, round) => value / ((empty && pick(empty)[round]) ?? Number.NaN)));
  const wall = (name: string) =>
    ratio(
      all.find((one) => one.name === name),
      ({ wallMs }) => wallMs,
    );
  return [
    {
      title: 'First request in a fresh process',
      head: ['function', 'first request', 'wall', 'of empty', 'CPU', 'of empty', 'bundle'],
      rows: all.map((one) => [
        ...[one.name, one.does, ms(median(one.wallMs)), times(ratio(one, ({ wallMs }) => wallMs))],
        ...[ms(median(one.cpuMs)), times(ratio(one, ({ cpuMs }) => cpuMs))],
        one.bytes === undefined ? '-' : `${(one.bytes / 1000).toFixed(1)} KB`,
      ]),
      notes: [
        `Medians of ${rounds} interleaved runs, from the start of the process to its end; ratios are medians of the ratios of each round. "empty" is a Node process that ends immediately. A local emulator stands in for AWS, without added latency and without TLS. "AWS SDK alone" sends the four requests of a first refresh with Pawl’s options and does nothing else.`,
      ],
      goals: [
        goal(`authorizer at most 1.5x of an empty process (${times(wall('authorizer'))})`, wall('authorizer') <= 1.5),
        goal(`refresh at most 3.8x of an empty process (${times(wall('refresh'))})`, wall('refresh') <= 3.8),
      ],
    },
  ];
}
