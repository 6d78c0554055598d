import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, expect, test, vi } from 'vitest';
import { Fault, Unavailable } from '../../../lambda/core/errors.ts';
import { describeError } from '../../../lambda/log.ts';
import { teamFunction } from '../../../lambda/team-function.ts';

/** Why your function could not be called: what the client is told, and what the log shows. */

afterEach(() => void vi.restoreAllMocks());

const password = 'Canary password of a call';

async function callFailing(name: string, httpStatusCode?: number): Promise<unknown> {
  const metadata = httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } };
  const error = Object.assign(new Error(`no: ${password}`), { name, ...metadata });
  vi.spyOn(LambdaClient.prototype, 'send').mockRejectedValue(error as never);
  const call = teamFunction('members', 'users', (answer) => answer);
  const thrown = await call('alice', password).catch((caught: unknown) => caught);
  // The function may have received it.
  expect(LambdaClient.prototype.send).toHaveBeenCalledTimes(1);
  return thrown;
}

test.each<[string, number?]>([
  ['TimeoutError'],
  ['ECONNREFUSED'],
  ['EFSMountTimeoutException', 408],
  ['ResourceConflictException', 409],
  ['SnapStartNotReadyException', 409],
  ['TooManyRequestsException', 429],
  ['ServiceException', 500],
  ['ResourceNotReadyException', 502],
])('%s passes: unavailable, by its name', async (name, status) => {
  const error = await callFailing(name, status);
  expect(error).toBeInstanceOf(Unavailable);
  expect(error).toMatchObject({ reason: 'users_unavailable' });
  expect(describeError(error).name).toBe(`Unavailable < ${name}`);
  expect(String((error as Error).cause)).not.toContain(password);
});

test.each([
  ['InvalidRequestContentException', 400],
  ['AccessDeniedException', 403],
  ['ResourceNotFoundException', 404],
  ['RequestTooLargeException', 413],
])('%s lasts: a fault, by its name', async (name, status) => {
  const error = await callFailing(name, status);
  expect(error).toBeInstanceOf(Fault);
  expect(error).toMatchObject({ reason: 'users_refused' });
  expect(describeError(error).name).toBe(`Fault < ${name}`);
  expect(String((error as Error).cause)).not.toContain(password);
});
