import { Fault, Unavailable } from '../../lambda/core/errors.ts';
import { type AwsFailure, awsFailure, type Origin } from './aws-failure.ts';
import { exitCodes, Failure } from './failure.ts';
import type { Steps } from './steps.ts';

export interface Explanation {
  /** Lines for standard error, without the last line break. */
  readonly text: string;
  readonly exitCode: number;
}

/**
 * Explains to the operator what went wrong and which steps are done. Shows only messages written for people: others may
 * quote secrets.
 *
 * @param changes whether the command changes anything
 */
export function explain(error: unknown, steps: Steps, changes: boolean, origin?: Origin): Explanation {
  if (error instanceof Failure) {
    const lines = steps.done.length === 0 ? [] : progress(steps);
    return { text: [error.message, ...lines].join('\n'), exitCode: error.exitCode };
  }
  const { message, unanswered } = reasonOf(error, origin);
  const lines = changes ? progress(steps, unanswered) : [];
  const nothing = changes && lines.length === 0 ? ['nothing was changed'] : [];
  return { text: [message, ...lines, ...nothing].join('\n'), exitCode: exitCodes.failed };
}

function progress({ done, failed }: Steps, unanswered = false): string[] {
  const left = failed === undefined ? [] : [`${unanswered ? 'may or may not be done' : 'not done'}: ${failed}`];
  const again =
    failed === undefined ? [] : ['run the same command again: repeating the steps that are done does no harm'];
  if (failed === undefined && done.length === 0) return [];
  return [...done.map((what) => `done: ${what}`), ...left, ...again];
}

/** One error in words. */
export function reasonOf(error: unknown, origin?: Origin): AwsFailure {
  const cause = error instanceof Unavailable || error instanceof Fault ? error.cause : error;
  if (error instanceof Fault && (cause as Error | undefined)?.name === 'ResourceNotFoundException') {
    return { message: 'there is no such table: check its name, the account and the region', unanswered: false };
  }
  const aws = awsFailure(cause, origin);
  if (aws !== undefined) return aws;
  if (error instanceof Unavailable)
    return { message: `the service is not available (${error.reason}): run this again`, unanswered: true };
  if (error instanceof Fault) {
    const item = error.item === undefined ? '' : `: ${error.item}`;
    return { message: `failed: ${error.reason}${item}`, unanswered: false };
  }
  const { name, stack = '' } = error as Error;
  return { message: `failed: ${name}\n${stack.split('\n').slice(1).join('\n')}`, unanswered: true };
}
