import { fork } from 'node:child_process';
import { join } from 'node:path';
import { progress, type Report } from '../lib/report.ts';
import { median, ms } from '../lib/statistics.ts';
import { tripsOf, unitsOf } from '../refresh/calls.ts';
import type { Stage } from '../systems/stage.ts';

const rounds = 25;
const latencyMs = 5;

interface Times {
  readonly wallMs: number;
  readonly cpuMs: number;
}
type Round = { readonly hash: Times; readonly login: Times };

/** Measures the share of argon2id in a login. */
export async function logins(stage: Stage): Promise<Report[]> {
  stage.pass(latencyMs);
  stage.proxy.clear();
  progress('login: running');
  const child = fork(join(import.meta.dirname, 'worker.ts'), [stage.endpoint, String(rounds)], {
    env: { PATH: '/usr/bin:/bin', NODE_NO_WARNINGS: '1', ...stage.environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let from = 0;
  let lastCalls = [...stage.proxy.calls];
  const results = await new Promise<readonly Round[]>((resolve, reject) => {
    child.on('message', (message: { results?: readonly Round[] }) => {
      if (message.results !== undefined) return resolve(message.results);
      lastCalls = stage.proxy.calls.slice(from);
      from = stage.proxy.calls.length;
    });
    child.once('exit', (code) => reject(new Error(`the login process ended (${code})`)));
  });
  const share = (pick: (times: Times) => number) =>
    `${(100 * median(results.map(({ hash, login }) => pick(hash) / pick(login)))).toFixed(0)} %`;
  const units = unitsOf(lastCalls);
  const middle = (pick: (round: Round) => number) => ms(median(results.map(pick)));
  return [
    {
      title: 'Login: the share of argon2id',
      head: ['', 'argon2id alone', 'whole login', 'share'],
      rows: [
        ['time', middle(({ hash }) => hash.wallMs), middle(({ login }) => login.wallMs), share(({ wallMs }) => wallMs)],
        ['CPU', middle(({ hash }) => hash.cpuMs), middle(({ login }) => login.cpuMs), share(({ cpuMs }) => cpuMs)],
      ],
      notes: [
        `Medians of ${rounds} rounds of one password verification alone and one login by the built function, in the same process. The database is ${latencyMs} ms away.`,
        `One login: ${lastCalls.length} requests to the database in ${tripsOf(lastCalls)} trips, ${units.read} RCU, ${units.write} WCU.`,
      ],
      goals: [],
    },
  ];
}
