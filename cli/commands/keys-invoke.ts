import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { RotationRequest } from '../../lambda/contract/key-rotation.ts';
import { exitCodes, Failure } from '../failure.ts';

/** Calls the stack's function that changes keys. @throws Failure with the function's own reason */
export async function invokeKeys(name: string, request: RotationRequest, env: NodeJS.ProcessEnv): Promise<unknown> {
  // A service on this very machine asks for no credentials, so it gets made-up ones.
  if (/^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(env.AWS_ENDPOINT_URL_LAMBDA ?? env.AWS_ENDPOINT_URL ?? '')) {
    env.AWS_REGION ??= 'us-east-1';
    env.AWS_ACCESS_KEY_ID ??= 'local';
    env.AWS_SECRET_ACCESS_KEY ??= 'local';
  }
  // Longer than the function may run. Not tried again: a rotation that was answered too late would be too early.
  const requestHandler = { connectionTimeout: 3000, requestTimeout: 70_000, throwOnRequestTimeout: true };
  const client = new LambdaClient({ maxAttempts: 1, requestHandler });
  const { FunctionError, Payload } = await client
    .send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(request) }))
    .catch((error: unknown) => {
      throw new Failure(`the function was not called: ${explain(error)}`);
    });
  const answer: unknown = JSON.parse(Payload?.transformToString() ?? 'null');
  // The function puts nothing secret into its errors.
  if (FunctionError !== undefined) throw new Failure(String((answer as { errorMessage?: unknown }).errorMessage));
  return answer;
}

/** The name of the option `--function`. @throws Failure when it is missing */
export function insistOnFunction(name: string | undefined): string {
  if (name !== undefined) return name;
  throw new Failure('--function <name> is missing: it is the output KeysFunctionName', exitCodes.usage);
}

/** The function answered something else than the one that changes keys does. */
export function notTheKeysFunction(name: string): Failure {
  return new Failure(`${name} does not rotate keys: it is the output KeysFunctionName`);
}

function explain(error: unknown): string {
  const { name, message } = error as Error;
  return name === 'ResourceNotFoundException' ? 'there is none of that name in this account and region' : message;
}
