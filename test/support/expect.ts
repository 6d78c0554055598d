import { inspect } from 'node:util';
import { expect } from 'vitest';
import { Fault, type PrivateReason, type PublicCode, Refusal, Unavailable } from '../../lambda/core/errors.ts';
import { writeDown } from './transcript.ts';

/** The error that a promise is rejected with. Fails if the promise is fulfilled. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    writeDown('error', `${inspect(error, { depth: 4 })} ${JSON.stringify(error)}`);
    return error;
  }
  throw new Error('it was expected to fail, and did not');
}

export async function expectRefusal(promise: Promise<unknown>, code: PublicCode, reason: PrivateReason): Promise<void> {
  const error = await rejectionOf(promise);
  expect(error).toBeInstanceOf(Refusal);
  expect(error).toMatchObject({ code, reason });
}

export async function expectUnavailable(promise: Promise<unknown>, reason: PrivateReason): Promise<void> {
  const error = await rejectionOf(promise);
  expect(error).toBeInstanceOf(Unavailable);
  expect(error).toMatchObject({ reason });
}

export async function expectFault(promise: Promise<unknown>, reason: PrivateReason): Promise<void> {
  const error = await rejectionOf(promise);
  expect(error).toBeInstanceOf(Fault);
  expect(error).toMatchObject({ reason });
}
