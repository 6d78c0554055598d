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

/** Every spelling under which a name may be stored. */
export function spellingsOf(name: string): readonly string[] {
  const { name: mapped, legacy } = loginNameOf(name);
  return [...new Set([name, mapped, legacy].filter((spelling) => spelling !== undefined))];
}

/**
 * Deletes everything about a user. The first write ends all sessions and logins. If a later step is interrupted, the
 * same command finishes the deletion: it finds the user by subject while the account's item lists the names, and by
 * name while the name leads to the subject.
 *
 * @param typedName the name that identified the user, which is released last; undefined if the subject did
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
    // A login in progress has created its session by now. It has already ended, and is deleted too.
    await removal.deleteSessions(subject, nowMs());
    await removal.strip(subject);
    for (const name of last) await removal.release(name, subject);
  });
}
