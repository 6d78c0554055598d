import { setTimeout as delay } from 'node:timers/promises';
import type { Intercept, ProxiedCall, ProxyAnswer } from './counting-proxy.ts';

/** Faults to let a counting proxy inject. Each hits the calls that `when` picks; the others pass. */

type When = (call: ProxiedCall) => boolean;

/** Picks calls of one operation. */
export function operation(name: string): When {
  return (call) => call.operation === name;
}

/** The service does what was asked, but its answer never arrives. */
export function loseAnswer(when: When): Intercept {
  return async (call, forward) => {
    const answer = await forward();
    return when(call) ? 'reset' : answer;
  };
}

/** The service refuses as DynamoDB does when a partition is too busy. */
export function throttle(when: When): Intercept {
  return refuse(when, 400, 'ProvisionedThroughputExceededException');
}

/** The service fails. */
export function failInternally(when: When): Intercept {
  return refuse(when, 500, 'InternalServerError');
}

/** The service does what was asked, too late for any time-out. */
export function delayAnswer(when: When, delayMs: number): Intercept {
  return async (call, forward) => {
    const answer = await forward();
    if (when(call)) await delay(delayMs, undefined, { ref: false });
    return answer;
  };
}

/** Only the first `count` calls that a fault would hit are hit. */
export function firstOnly(count: number, fault: (when: When) => Intercept, when: When): Intercept {
  let hit = 0;
  return fault((call) => {
    if (hit >= count || !when(call)) return false;
    hit += 1;
    return true;
  });
}

function refuse(when: When, status: number, type: string): Intercept {
  return async (call, forward): Promise<ProxyAnswer> =>
    when(call)
      ? { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'injected' } }
      : forward();
}
