import { type Around, meet as meetFate } from '../../test/support/around.ts';
import type { Mishap, Step } from './parts.ts';

/** The possible faults of a call. */
export function faultsAt(name: string): readonly Mishap[] {
  const isWrite = /\.(rotate|create|owe|settle|revoke|revokeSessions)$/.test(name);
  return isWrite ? ['fails', 'answer lost', 'twice', 'dies'] : ['fails'];
}

const fates = { none: 'pass', fails: 'drop', 'answer lost': 'lose', twice: 'pass', dies: 'crash_after' } as const;

/** Queues every call as a step until it is taken. `hear` receives the result. */
export function queueing(who: string, steps: Step[], hear: (what: string) => void): Around {
  return (name, apply) =>
    new Promise((resolve, reject) => {
      const go = (mishap: Mishap): void => {
        meet(mishap, apply).then(
          (value) => {
            hear(`${name}=${JSON.stringify(value)}`);
            resolve(value);
          },
          (error: Error) => {
            hear(`${name}!${error.name}`);
            reject(error);
          },
        );
      };
      steps.push({ who, name, go });
    });
}

/** Applies the chosen fault to one call. */
async function meet(mishap: Mishap, apply: () => Promise<unknown>): Promise<unknown> {
  const answer = await meetFate(fates[mishap], apply);
  if (mishap !== 'twice') return answer;
  const again = await apply();
  // The real store recognizes its own tombstone by its operation id; the in-memory store has none.
  return (answer as { outcome?: string } | undefined)?.outcome === 'revoked' ? answer : again;
}
