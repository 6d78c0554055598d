import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { RotationRequest } from '../../lambda/contract/key-rotation.ts';
import { exitCodes, Failure } from '../frame/failure.ts';

/** Calls the stack's function that changes keys. @throws Failure with the function's reason, and errors of the SDK */
export async function invokeKeys(name: string, request: RotationRequest): Promise<unknown> {
  // Longer than the function's timeout. No retries: after a lost response, a second rotation would follow too soon.
  const limits = { connectionTimeout: 3000, requestTimeout: 70_000, socketTimeout: 70_000 };
  const requestHandler = { ...limits, throwOnRequestTimeout: true };
  const client = new LambdaClient({ maxAttempts: 1, requestHandler });
  const command = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(request) });
  const { FunctionError, Payload } = await client.send(command).catch((error: Error) => {
    if (error.name !== 'ResourceNotFoundException') throw error;
    throw new Failure(`there is no function ${name} in this account and region`, exitCodes.notFound);
  });
  const answer: unknown = JSON.parse(Payload?.transformToString() ?? 'null');
  // The function's errors contain no secrets.
  if (FunctionError !== undefined) throw new Failure(String((answer as { errorMessage?: unknown }).errorMessage));
  return answer;
}

/** The response is not that of the function that changes keys. */
export function notTheKeysFunction(name: string): Failure {
  return new Failure(`${name} does not rotate keys: it is the output KeysFunctionName`);
}
