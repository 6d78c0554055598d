import type { RingReport } from '../../lambda/contract/key-rotation.ts';
import { type Context, command } from '../frame/command.ts';
import { Failure } from '../frame/failure.ts';
import { invokeKeys, notTheKeysFunction } from './invoke.ts';

const words: Readonly<Record<RingReport['outcome'], string>> = {
  rotated: 'rotated',
  not_due: 'not rotated: not due yet',
  too_early: 'not rotated: the next key is not yet known everywhere; run this again in 20 minutes',
  full: 'not rotated: the ring is full until old keys have expired',
  lost: 'another run changed it at the same time: run this again',
};

export const rotateKeysNow = command({
  usage: 'rotate',
  summary: 'rotate both key rings now, if that is safe',
  examples: [['keys rotate --stack Pawl', 'rotate now; the daily schedule does so every keyRotationDays']],
  run: async (_args, _options, context) => {
    const reports = await run(true, context);
    const left = reports.filter(({ outcome }) => outcome !== 'rotated').map(({ ring }) => ring);
    if (left.length > 0) throw new Failure(`not rotated: ${left.join(', ')}`);
  },
});

export const checkKeys = command({
  usage: 'check',
  summary: 'perform the daily run now: publish missing public keys, rotate keys that are due',
  examples: [['keys check --stack Pawl', 'run the check, then doctor to see the result']],
  run: async (_args, _options, context) => {
    await run(false, context);
  },
});

async function run(force: boolean, { target, output }: Context): Promise<readonly RingReport[]> {
  const name = target.need('KeysFunctionName');
  const answer = await invokeKeys(name, { force });
  if (!Array.isArray(answer)) throw notTheKeysFunction(name);
  const reports = answer as readonly RingReport[];
  if (output.json) output.rows(reports.map((report) => ({ ...report })));
  for (const { ring, outcome, current, next, ageDays, previous, dropped, republished } of reports) {
    if (republished) output.say(`${ring}: the published keys were not those of the ring; published again`);
    const kept = `${previous} old ${previous === 1 ? 'key' : 'keys'} kept, ${dropped} dropped`;
    const use = `${current} in use for ${ageDays} days, ${kept}`;
    output.say(`${ring}: ${words[outcome]}; ${use}; next is ${next}`);
  }
  return reports;
}
