import { meet as meetFate } from '../../test/support/around.ts';

/** What becomes of one call to the table. A function that crashes there is, to table and client, one whose call failed. */
export type Mishap = 'none' | 'fails' | 'answer lost' | 'twice';

/** What can happen to a call besides what should. */
export function faultsAt(name: string): readonly Mishap[] {
  const isWrite = /\.(rotate|create|revoke|revokeSessions)$/.test(name);
  return isWrite ? ['fails', 'answer lost', 'twice'] : ['fails'];
}

const fates = { none: 'pass', fails: 'drop', 'answer lost': 'lose', twice: 'pass' } as const;

/** Lets one call meet what was chosen for it. */
export async function meet(mishap: Mishap, apply: () => Promise<unknown>): Promise<unknown> {
  const answer = await meetFate(fates[mishap], apply);
  if (mishap !== 'twice') return answer;
  const again = await apply();
  // The real store knows its own tombstone by its operation id; the one in memory keeps none.
  return (answer as { outcome?: string } | undefined)?.outcome === 'revoked' ? answer : again;
}
