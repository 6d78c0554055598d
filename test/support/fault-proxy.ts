import { setTimeout as delay } from 'node:timers/promises';
import type { Intercept, ProxiedCall, ProxyAnswer } from './counting-proxy.ts';

/** Faults for a counting proxy to inject. */

/** The service carries out the request, but its answer never arrives. */
export const loseAnswer: Intercept = async (_call, forward) => {
  await forward();
  return 'reset';
};

/** The connection breaks before the service receives the request. */
export const reset: Intercept = async () => 'reset';

/** The service refuses as DynamoDB does when a partition is too busy. */
export const throttle: Intercept = async () => refusal(400, 'ProvisionedThroughputExceededException');

/** The service fails. */
export const failInternally: Intercept = async () => refusal(500, 'InternalServerError');

/** Two transactions or writes conflicted. */
export const conflict: Intercept = async () => refusal(400, 'TransactionConflictException');

/** The service carries out the request, but answers after the caller's timeout. */
export function delayAnswer(delayMs: number): Intercept {
  return async (_call, forward) => {
    const answer = await forward();
    await delay(delayMs, undefined, { ref: false });
    return answer;
  };
}

/** Limits a fault to the first `count` calls that `when` selects. */
export function hitting(
  fault: Intercept,
  when: (call: ProxiedCall) => boolean,
  count: number = Number.POSITIVE_INFINITY,
): Intercept {
  let hit = 0;
  return (call, forward) => {
    if (!when(call) || hit >= count) return forward();
    hit += 1;
    return fault(call, forward);
  };
}

function refusal(status: number, type: string): ProxyAnswer {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'injected' } };
}
