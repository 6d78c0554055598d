import { setTimeout as delay } from 'node:timers/promises';
import type { WithdrawalReport } from '../../lambda/contract/key-rotation.ts';
import { confirmed } from '../frame/ask.ts';
import { type Context, command } from '../frame/command.ts';
import { exitCodes, Failure } from '../frame/failure.ts';
import { invokeKeys, notTheKeysFunction } from './invoke.ts';

/** How often a waiting command reports progress, in seconds. */
const tellEverySeconds = 30;

/** A run that lost a race is repeated at once. */
const maxRuns = 10;

interface Options {
  readonly all?: boolean;
  readonly wait: boolean;
}

export const withdrawKeys = command<Options>({
  usage: 'withdraw [kids...]',
  summary: 'remove signing keys from use and from the JWKS, for example after a leak',
  asks: true,
  examples: [
    ['keys withdraw --all --stack Pawl', 'withdraw every key; wait until new ones are known everywhere'],
    ['keys withdraw Jx3... --no-wait --stack Pawl', 'withdraw one; fail with exit code 1 while it is in use'],
  ],
  options: (made) =>
    made
      .option('--all', 'withdraw every key of the signing ring')
      .option('--no-wait', 'do not wait until the next key can be fetched everywhere'),
  run: async (given, { all, wait, yes }, context) => {
    if ((all === true) === given.length > 0) {
      throw new Failure('name the keys to withdraw, or give --all', exitCodes.usage);
    }
    const name = context.target.need('KeysFunctionName');
    const which = all === true ? 'every signing key' : given.join(', ');
    await confirmed(`This withdraws ${which}: access tokens that they signed are refused.`, yes, context.io);
    const kids = all === true ? allOf(await ask(name, [])) : [...new Set(given)];
    await withdraw(name, kids, wait, context);
  },
});

/**
 * If the current key is withdrawn, the command waits until verifiers everywhere can fetch its replacement. After an
 * interruption, run the same command again to continue.
 */
async function withdraw(name: string, kids: readonly string[], wait: boolean, context: Context): Promise<void> {
  const { output, steps } = context;
  const gone = new Set<string>();
  let until = 0;
  for (let runs = 0; runs < maxRuns; runs += 1) {
    const left = kids.filter((kid) => !gone.has(kid));
    const report = await ask(name, kids).catch((error: unknown) => {
      steps.failed = `withdraw ${left.join(', ')}`;
      throw error;
    });
    if (runs === 0) insistOnKnown(kids, report);
    for (const kid of report.withdrawn) {
      gone.add(kid);
      steps.done.push(`withdraw ${kid}`);
      output.say(`withdrawn: ${kid}`);
    }
    until = Math.max(until, report.believedUntil);
    if (report.outcome === 'withdrawn') return tellUntil(until, gone, context);
    if (report.outcome === 'lost') continue;
    const message = `${report.waiting.join(', ')} is in use until ${report.kids.next} can be fetched everywhere`;
    if (!wait) throw new Failure(`${message}: run this again in ${report.waitSeconds} s`);
    output.say(`${message}, in ${report.waitSeconds} s`);
    await tellWhileWaiting(report.waitSeconds, context);
  }
  throw new Failure(`not withdrawn: ${kids.filter((kid) => !gone.has(kid)).join(', ')}; run this again`);
}

async function ask(name: string, withdraw: readonly string[]): Promise<WithdrawalReport> {
  const answer = (await invokeKeys(name, { force: false, withdraw })) as WithdrawalReport | null;
  if (typeof answer?.kids !== 'object') throw notTheKeysFunction(name);
  return answer;
}

const allOf = ({ kids: { next, current, previous } }: WithdrawalReport) => [next, current, ...previous];

function insistOnKnown(kids: readonly string[], report: WithdrawalReport): void {
  const known = [...report.withdrawn, ...report.waiting];
  const unknown = kids.filter((kid) => !known.includes(kid));
  if (report.outcome === 'lost' || unknown.length === 0) return;
  throw new Failure(
    `the ring has no such key: ${unknown.join(', ')}; it has ${allOf(report).join(', ')}`,
    exitCodes.notFound,
  );
}

function tellUntil(believedUntil: number, gone: ReadonlySet<string>, { output, target }: Context): void {
  const at = new Date(believedUntil).toISOString();
  if (output.json) output.one({ withdrawn: [...gone], believedUntil: at });
  output.say(`from ${at} on, no verifier that reaches the issuer trusts these keys`);
  if (!target.isLocal) output.say('a deployment ends them at once in the functions of the stack: npx cdk deploy');
}

async function tellWhileWaiting(seconds: number, { output }: Context): Promise<void> {
  for (let left = seconds; left > 0; left -= tellEverySeconds) {
    await delay(Math.min(left, tellEverySeconds) * 1000);
    if (left > tellEverySeconds) output.say(`${left - tellEverySeconds} s left`);
  }
}
