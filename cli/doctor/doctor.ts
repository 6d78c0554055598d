import { command } from '../frame/command.ts';
import { reasonOf } from '../frame/explain.ts';
import { Failure } from '../frame/failure.ts';
import type { Target } from '../frame/target.ts';
import { type Check, type Finding, problem } from './check.ts';
import { clock, issuer, keyAges, publishedKeys } from './key-checks.ts';
import { alarmSubscribers, alarmsOn, concurrency, deadLetters } from './operations-checks.ts';
import { roundTrip } from './round-trip.ts';
import { revocationDelay, settings } from './settings.ts';

const checks: readonly Check[] = [
  clock,
  keyAges,
  publishedKeys,
  issuer,
  alarmSubscribers,
  alarmsOn,
  deadLetters,
  settings,
  revocationDelay,
  concurrency,
];

export const doctor = command<{ roundTrip?: boolean }>({
  usage: 'doctor',
  summary: 'check a service: one line per check, ok or what to do',
  changes: false,
  examples: [
    ['doctor --stack Pawl', 'check; change nothing'],
    ['doctor --round-trip --stack Pawl', 'also log in, refresh and revoke as a temporary user'],
  ],
  options: (made) => made.option('--round-trip', 'log in, refresh and revoke as a temporary user'),
  run: async (_args, options, { target, output }) => {
    let problems = 0;
    const wanted = [...checks, ...(options.roundTrip === true ? [roundTrip] : [])];
    for (const check of wanted) {
      const { state, said } = await look(check, target);
      if (state === 'problem') problems += 1;
      if (output.json) output.one({ check: check.name, state, said });
      output.say(`${state.padEnd(7)}  ${check.name.padEnd(18)}  ${said}`);
    }
    if (problems > 0) throw new Failure(`${problems} of ${wanted.length} checks found a problem`);
  },
});

/** Reports a check that failed to run, with the reason. */
async function look(check: Check, target: Target): Promise<Finding> {
  try {
    return await check.run(target);
  } catch (error) {
    return problem(error instanceof Failure ? error.message : reasonOf(error, { isLocal: target.isLocal }).message);
  }
}
