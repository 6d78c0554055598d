import { Refusal } from './errors.ts';
import type { Outcome } from './outcome.ts';
import { settlementOf, type UnansweredRequest } from './rotation.ts';
import { isOwed, type Session, type SessionPolicy } from './session.ts';
import type { RotationResult, SessionStore } from './session-store.ts';

/**
 * No server fault, of any duration, turns an honest retry into reuse: protocol.md, invariant 11. A request that fails
 * after the write leaves a note on the session. While the note is set, the token that the client sent stays excused.
 */

type Tools = { readonly sessions: SessionStore; readonly sessionPolicy: SessionPolicy };

/** Sets the note if the request was not answered. Best effort: within G, the retry is answered without it. */
export async function noteUnanswered(error: unknown, request: UnansweredRequest, tools: Tools): Promise<void> {
  // A refusal is a response.
  if (error instanceof Refusal) return;
  try {
    await tools.sessions.owe(request);
  } catch {
    // The caller reports the first failure, which is the one to fix.
  }
}

/**
 * Removes the note before the response is sent. From then on the excuse runs as after a rotation, so that a copy of the
 * token used later than G counts as reuse.
 *
 * @returns the session if another request has changed it in the meantime: then the response must not be sent
 * @throws Unavailable
 */
export async function takeNoteBack(
  outcome: Outcome & { session: Session },
  nowMs: number,
  tools: Tools,
): Promise<RotationResult | undefined> {
  if (outcome.row === 'too_soon' || !isOwed(outcome.session)) return undefined;
  const result = await tools.sessions.settle(settlementOf(outcome.session, nowMs, tools.sessionPolicy));
  return result.applied ? undefined : result;
}
