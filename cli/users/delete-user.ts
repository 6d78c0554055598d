import type { DomainEvent } from '../../lambda/core/events.ts';
import { loginNameOf } from '../../lambda/core/username.ts';
import type { AccountRemoval, DeletedAccount } from '../../lambda/store/account-removal.ts';
import type { Steps } from '../frame/steps.ts';

export interface DeleteTools {
  readonly removal: AccountRemoval;
  readonly steps: Steps;
  readonly nowMs: () => number;
  readonly tell: (events: readonly DomainEvent[]) => Promise<void>;
}

/** Every spelling under which a name may have an item. */
export function spellingsOf(name: string): readonly string[] {
  const { name: mapped, legacy } = loginNameOf(name);
  return [...new Set([name, mapped, legacy].filter((spelling) => spelling !== undefined))];
}

/**
 * Deletes everything about a user. First one write after which nothing of the user lives; a crash at any later point leaves
 * that, and the same command finds the rest again: by the subject as long as the account's item has the names, by a name as
 * long as that leads to the subject.
 *
 * @param typedName the name that the user was named by, which is freed last; undefined: by subject
 */
export async function deleteUser(
  user: DeletedAccount,
  typedName: string | undefined,
  tools: DeleteTools,
): Promise<void> {
  const { removal, steps, nowMs, tell } = tools;
  const { subject } = user;
  await steps.run(`lock the account ${subject} and end every session`, () => removal.mark(subject, nowMs()));
  const last = typedName === undefined ? [] : spellingsOf(typedName);
  const known = [...new Set([...user.names.flatMap(spellingsOf), ...last])];
  await steps.run('delete the sessions and the counters of tries', async () => {
    for (const name of known) await removal.deleteCounters(name, nowMs());
    await removal.deleteSessions(subject, nowMs());
  });
  await tell([
    { type: 'SubjectRevoked', subject, cause: 'AccountDisabled' },
    { type: 'SubjectDeleted', subject },
  ]);
  await steps.run('free the login names and delete the account', async () => {
    for (const name of known.filter((each) => !last.includes(each))) await removal.release(name, subject);
    // A login that was under way has opened its session by now: it is dead, and goes as well.
    await removal.deleteSessions(subject, nowMs());
    await removal.strip(subject);
    for (const name of last) await removal.release(name, subject);
  });
}
