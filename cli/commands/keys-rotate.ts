import { parseArgs } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { RingReport, RotationRequest } from '../../lambda/contract/key-rotation.ts';
import { exitCodes, Failure } from '../failure.ts';

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
  const reports = await invoke(readFunctionName(args), env);
  for (const { ring, outcome, current, ageDays, previous, dropped } of reports) {
    const kept = `${previous} old ${previous === 1 ? 'key' : 'keys'} kept, ${dropped} dropped`;
    process.stdout.write(`${ring}: ${words[outcome]}; ${current} in use for ${ageDays} days, ${kept}\n`);
  }
  const left = reports.filter(({ outcome }) => outcome !== 'rotated').map(({ ring }) => ring);
  if (left.length > 0) throw new Failure(`not rotated: ${left.join(', ')}`);
}

async function invoke(name: string, env: NodeJS.ProcessEnv): Promise<readonly RingReport[]> {
  // A service on this very machine asks for no credentials, so it gets made-up ones.
  if (/^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(env.AWS_ENDPOINT_URL_LAMBDA ?? env.AWS_ENDPOINT_URL ?? '')) {
    env.AWS_REGION ??= 'us-east-1';
    env.AWS_ACCESS_KEY_ID ??= 'local';
    env.AWS_SECRET_ACCESS_KEY ??= 'local';
  }
  // Longer than the function may run. Not tried again: a rotation that was answered too late would be too early.
  const requestHandler = { connectionTimeout: 3000, requestTimeout: 70_000, throwOnRequestTimeout: true };
  const client = new LambdaClient({ maxAttempts: 1, requestHandler });
  const request: RotationRequest = { force: true };
  const { FunctionError, Payload } = await client
    .send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(request) }))
    .catch((error: unknown) => {
      throw new Failure(`the function was not called: ${explain(error)}`);
    });
  const answer: unknown = JSON.parse(Payload?.transformToString() ?? 'null');
  // The function puts nothing secret into its errors.
  if (FunctionError !== undefined) throw new Failure(String((answer as { errorMessage?: unknown }).errorMessage));
  if (!Array.isArray(answer)) throw new Failure(`${name} does not rotate keys: it is the output KeysFunctionName`);
  return answer as readonly RingReport[];
}

function explain(error: unknown): string {
  const { name, message } = error as Error;
  return name === 'ResourceNotFoundException' ? 'there is none of that name in this account and region' : message;
}

function readFunctionName(args: readonly string[]): string {
  try {
    const name = parseArgs({ args: [...args], options }).values.function;
    if (name !== undefined) return name;
  } catch (error) {
    throw new Failure((error as Error).message, exitCodes.usage);
  }
  throw new Failure('--function <name> is missing: it is the output KeysFunctionName', exitCodes.usage);
}
