import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { RotationRequest } from '../../lambda/contract/key-rotation.ts';
import { exitCodes, Failure } from '../frame/failure.ts';

/** Calls the stack's function that changes keys. @throws Failure with the function's own reason, and what the SDK throws */
export async function invokeKeys(name: string, request: RotationRequest): Promise<unknown> {
  // Longer than the function may run. Not tried again: a rotation that was answered too late would be too early.
  const requestHandler = { connectionTimeout: 3000, requestTimeout: 70_000, throwOnRequestTimeout: true };
  const client = new LambdaClient({ maxAttempts: 1, requestHandler });
  const command = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(request) });
  const { FunctionError, Payload } = await client.send(command).catch((error: Error) => {
    if (error.name !== 'ResourceNotFoundException') throw error;
    throw new Failure(`there is no function ${name} in this account and region`, exitCodes.notFound);
  });
  const answer: unknown = JSON.parse(Payload?.transformToString() ?? 'null');
  // The function puts nothing secret into its errors.
  if (FunctionError !== undefined) throw new Failure(String((answer as { errorMessage?: unknown }).errorMessage));
  return answer;
}

/** The function answered something else than the one that changes keys does. */
export function notTheKeysFunction(name: string): Failure {
  return new Failure(`${name} does not rotate keys: it is the output KeysFunctionName`);
}
