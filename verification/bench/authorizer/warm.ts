import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { goal, progress, type Report } from '../lib/report.ts';
import { median, times, turned, us } from '../lib/statistics.ts';
import type { Stage } from '../systems/stage.ts';
import { authorizerBundles } from './bundles.ts';
import { accessToken, guardedCall } from './tokens.ts';

const rounds = 9;
const callsPerRound = 2000;
const warmUp = 6000;

function ask(child: ChildProcess, message: unknown): Promise<number> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`an authorizer's process ended (${code})`));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer as number);
    });
    child.send(message as object);
  });
}

/** Measures the CPU time of one call of each authorizer, each in its own warm process. */
export async function warmAuthorizers(stage: Stage): Promise<Report[]> {
  const events = Array.from({ length: 50 }, (_, number) => guardedCall(accessToken(stage, number)));
  const bundles = await authorizerBundles(stage);
  const running = [];
  for (const { name, file, bytes } of bundles) {
    const child = fork(join(import.meta.dirname, 'warm-worker.cjs'), [file, name], {
      env: { PATH: '/usr/bin:/bin', NODE_ENV: 'production', ...stage.environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await ask(child, events);
    await ask(child, warmUp);
    running.push({ name, child, bytes, cpuUs: [] as number[] });
    progress(`authorizer: ${name} is warm`);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { child, cpuUs } of turned(running, round)) cpuUs.push(await ask(child, callsPerRound));
    progress(`authorizer: round ${round + 1} of ${rounds}`);
  }
  for (const { child } of running) child.disconnect();
  const raw = running.find(({ name }) => name === 'raw')?.cpuUs ?? [];
  const ratio = (values: readonly number[]) => median(values.map((value, round) => value / (raw[round] ?? Number.NaN)));
  const own = ratio(running[0]?.cpuUs ?? []);
  return [
    {
      title: 'Authorizer: CPU of a warm call',
      head: ['authorizer', 'CPU a call', 'of raw', 'bundle'],
      rows: running.map(({ name, cpuUs, bytes }) => [
        name,
        us(median(cpuUs)),
        times(ratio(cpuUs)),
        name === 'raw' ? '-' : `${(bytes / 1000).toFixed(1)} KB`,
      ]),
      notes: [
        `Medians of ${rounds} interleaved rounds of ${callsPerRound} calls after ${warmUp} to warm up, ES256, 50 tokens in rotation; ratios are medians of the ratios of each round. "raw" is one \`crypto.verify\` with a bare KeyObject and a signature already in DER; nothing is parsed.`,
        'Pawl’s handler also checks header and claims, counts the call, and builds the authorizer response. The others, including `pawl-verify`, only verify. All have the keys in memory.',
      ],
      goals: [goal(`the whole handler at most 1.33x of raw (${times(own)})`, own <= 1.33)],
    },
  ];
}
