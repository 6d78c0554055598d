import { parseArgs } from 'node:util';
import type { RingReport } from '../../lambda/contract/key-rotation.ts';
import { exitCodes, Failure } from '../failure.ts';
import { insistOnFunction, invokeKeys, notTheKeysFunction } from './keys-invoke.ts';

const options = { function: { type: 'string' } } as const;

const words: Readonly<Record<RingReport['outcome'], string>> = {
  rotated: 'rotated',
  not_due: 'not rotated: it is not time yet',
  too_early: 'not rotated: the next key is not yet known everywhere, try again in 20 minutes',
  full: 'not rotated: the ring is full until old keys have expired',
  lost: 'another run changed it at the same time: run this again',
};

/** Rotates both key rings now, by the stack's own function. Exit code 1: a ring was not rotated. */
export async function rotateKeysNow(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const reports = await run(args, true, env);
  const left = reports.filter(({ outcome }) => outcome !== 'rotated').map(({ ring }) => ring);
  if (left.length > 0) throw new Failure(`not rotated: ${left.join(', ')}`);
}

/**
 * What the daily run does: publishes the public keys if they are not, looks whether the issuer shows them, and rotates
 * what is due.
 */
export async function checkKeys(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  await run(args, false, env);
}

async function run(args: readonly string[], force: boolean, env: NodeJS.ProcessEnv): Promise<readonly RingReport[]> {
  const name = readFunctionName(args);
  const answer = await invokeKeys(name, { force }, env);
  if (!Array.isArray(answer)) throw notTheKeysFunction(name);
  const reports = answer as readonly RingReport[];
  for (const { ring, outcome, current, next, ageDays, previous, dropped, republished } of reports) {
    if (republished) process.stdout.write(`${ring}: the published keys were not those of the ring; published again\n`);
    const kept = `${previous} old ${previous === 1 ? 'key' : 'keys'} kept, ${dropped} dropped`;
    const use = `${current} in use for ${ageDays} days, ${kept}`;
    process.stdout.write(`${ring}: ${words[outcome]}; ${use}; next is ${next}\n`);
  }
  return reports;
}

function readFunctionName(args: readonly string[]): string {
  try {
    return insistOnFunction(parseArgs({ args: [...args], options }).values.function);
  } catch (error) {
    throw error instanceof Failure ? error : new Failure((error as Error).message, exitCodes.usage);
  }
}
