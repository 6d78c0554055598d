import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { WithdrawalReport } from '../../lambda/contract/key-rotation.ts';
import { exitCodes, Failure } from '../failure.ts';
import { insistOnFunction, invokeKeys, notTheKeysFunction } from './keys-invoke.ts';

const options = {
  function: { type: 'string' },
  all: { type: 'boolean', default: false },
  'no-wait': { type: 'boolean', default: false },
} as const;

/** How often the wait tells that it goes on, seconds. */
const tellEverySeconds = 30;

/** A run that lost a race is repeated at once. */
const maxRuns = 10;

/**
 * Withdraws signing keys, as after a leak. Where the key in use is among them it waits until another one can be fetched
 * everywhere; ended before that, the same command goes on where it stopped.
 */
export async function withdrawKeys(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { name, kids: asked, all, wait } = readArgs(args);
  const kids = all ? allOf(await ask(name, [], env)) : asked;
  const gone = new Set<string>();
  let until = 0;
  for (let runs = 0; runs < maxRuns; runs += 1) {
    const report = await ask(name, kids, env);
    if (runs === 0) insistOnKnown(kids, report);
    for (const kid of report.withdrawn) {
      gone.add(kid);
      process.stdout.write(`withdrawn: ${kid}\n`);
    }
    until = Math.max(until, report.believedUntil);
    if (report.outcome === 'withdrawn') return tellUntil(until);
    if (report.outcome === 'lost') continue;
    const message = `${report.waiting.join(', ')} is in use until ${report.kids.next} can be fetched everywhere`;
    if (!wait) throw new Failure(`${message}: run this again in ${report.waitSeconds} s`);
    process.stdout.write(`${message}, in ${report.waitSeconds} s\n`);
    await tellWhileWaiting(report.waitSeconds);
  }
  throw new Failure(`not withdrawn: ${kids.filter((kid) => !gone.has(kid)).join(', ')}; run this again`);
}

async function ask(name: string, withdraw: readonly string[], env: NodeJS.ProcessEnv): Promise<WithdrawalReport> {
  const answer = (await invokeKeys(name, { force: false, withdraw }, env)) as WithdrawalReport | null;
  if (typeof answer?.kids !== 'object') throw notTheKeysFunction(name);
  return answer;
}

const allOf = ({ kids: { next, current, previous } }: WithdrawalReport) => [next, current, ...previous];

function insistOnKnown(kids: readonly string[], report: WithdrawalReport): void {
  const known = [...report.withdrawn, ...report.waiting];
  const unknown = kids.filter((kid) => !known.includes(kid));
  if (report.outcome === 'lost' || unknown.length === 0) return;
  throw new Failure(`the ring has no such key: ${unknown.join(', ')}; it has ${allOf(report).join(', ')}`);
}

function tellUntil(believedUntil: number): void {
  const at = new Date(believedUntil).toISOString();
  process.stdout.write(
    `From ${at} on, no verifier that reaches the issuer believes these keys.\n` +
      'A deployment now ends them at once in the functions of the stack: npx cdk deploy\n',
  );
}

async function tellWhileWaiting(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= tellEverySeconds) {
    await delay(Math.min(left, tellEverySeconds) * 1000);
    if (left > tellEverySeconds) process.stdout.write(`${left - tellEverySeconds} s left\n`);
  }
}

function readArgs(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const name = insistOnFunction(values.function);
    if (values.all === positionals.length > 0) throw new Error('name the keys to withdraw, or give --all');
    return { name, kids: [...new Set(positionals)], all: values.all, wait: !values['no-wait'] };
  } catch (error) {
    throw error instanceof Failure ? error : new Failure((error as Error).message, exitCodes.usage);
  }
}
