import { Refusal } from './errors.ts';
import type { Outcome } from './outcome.ts';
import type { RotationResult, SessionStore, UnansweredRequest } from './ports.ts';
import { isOwed, type Session } from './session.ts';

/**
 * No fault of ours turns an honest retry into reuse, however long it lasts: protocol.md §7, invariant 11. A request that
 * fails after the write leaves a note on the session. While it stands, the token that the client sent stays excused.
 */

type Tools = { readonly sessions: SessionStore };

/** Leaves the note, where the request was not answered. Best effort: within G the retry is answered without it. */
export async function noteUnanswered(error: unknown, request: UnansweredRequest, tools: Tools): Promise<void> {
  // A refusal is an answer.
  if (error instanceof Refusal) return;
  try {
    await tools.sessions.owe(request);
  } catch {
    // The caller hears of the first failure: that is the one to mend.
  }
}

/**
 * Takes the note back before the answer leaves. From here on the excuse runs as after a rotation, so that a copy of the
 * token that comes later than G shows as reuse.
 *
 * @returns the session as it is where another request has changed it meanwhile: then the answer must not leave
 * @throws Unavailable
 */
export async function takeNoteBack(
  outcome: Outcome & { session: Session },
  nowMs: number,
  tools: Tools,
): Promise<RotationResult | undefined> {
  if (outcome.row === 'too_soon' || !isOwed(outcome.session)) return undefined;
  const result = await tools.sessions.settle(outcome.session, nowMs);
  return result.applied ? undefined : result;
}
