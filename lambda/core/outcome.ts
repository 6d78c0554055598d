import type { PrivateReason } from './errors.ts';
import type { Rotation } from './rotation.ts';
import { inactiveReason, isOwed, type Session, type SessionPolicy } from './session.ts';
import type { RotationResult } from './session-store.ts';

/**
 * The outcome of one rotation: protocol.md, "The six outcomes". `rotated`, `own_write`, `too_soon` and `retry` still
 * depend on the account; `dead` and `impossible` write nothing; `reuse` ends the session.
 */
export type Outcome =
  | { readonly row: 'rotated' | 'own_write' | 'too_soon' | 'retry' | 'reuse'; readonly session: Session }
  | { readonly row: 'dead' | 'impossible'; readonly reason: PrivateReason };

/** The first matching row decides; `undefined` when none does, which a correct store cannot cause. */
export function judge(
  rotation: Omit<Rotation, 'bounds'>,
  result: RotationResult,
  policy: SessionPolicy,
): Outcome | undefined {
  if (result.applied) return { row: 'rotated', session: result.session };
  const { session } = result;

  if (session === undefined) return { row: 'dead', reason: 'session_unknown' };
  const dead = whyDead(rotation, session, policy);
  if (dead !== undefined) return { row: 'dead', reason: dead };

  const behind = session.generation - rotation.generation;
  const knownHash = behind === 0 ? session.currentHash : session.previousHash;
  // A generation that the table has not reached, or a secret that it never stored: a restored backup or a leaked tag
  // key, not a thief with a copy, so no session ends.
  if (behind < 0 || (behind <= 1 && rotation.presentedHash !== knownHash)) {
    return { row: 'impossible', reason: 'token_impossible' };
  }

  // The SDK repeated a write whose response was lost.
  if (session.currentHash === rotation.successorHash) return { row: 'own_write', session };

  const ageMs = rotation.nowMs - session.rotatedAt;
  if (behind === 0) {
    const resting = session.generation > 0 && ageMs < policy.floorMs;
    return resting ? { row: 'too_soon', session } : undefined;
  }

  const inTime = policy.graceMs > 0 && ageMs <= policy.graceMs;
  const excused = session.jkt !== undefined || inTime || isOwed(session);
  return behind === 1 && excused ? { row: 'retry', session } : { row: 'reuse', session };
}

function whyDead(
  rotation: Omit<Rotation, 'bounds'>,
  session: Session,
  policy: SessionPolicy,
): PrivateReason | undefined {
  const dead = inactiveReason(session, rotation.nowMs, policy);
  if (dead !== undefined) return dead;
  if (session.clientId !== rotation.clientId) return 'client_mismatch';
  if (session.channel !== rotation.channel) return 'channel_mismatch';
  if (session.jkt !== undefined && session.jkt !== rotation.jkt) return 'key_mismatch';
  return undefined;
}
