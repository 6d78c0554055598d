import type { SecurityEvent } from './events.ts';
import { type RevokeSubjectTools, revokeSubject } from './revoke-subject.ts';

/** Which signals were carried out already. */
export interface SignalLog {
  has(id: string): Promise<boolean>;
  add(id: string, nowMs: number): Promise<void>;
}

export type SignalOutcome = 'revoked' | 'repeated' | 'unknown_subject';

/**
 * Carries out what another service said about a subject, once however often it is delivered: a repeated signal must
 * not end the sessions that were opened since. The id is written down after the revocation, so that a crash in between
 * revokes again rather than never; and the account remembers the id of its last change, which meets that very case.
 *
 * @throws Unavailable
 */
export async function applySignal(
  signal: { readonly id: string; readonly type: SecurityEvent; readonly subject: string },
  tools: RevokeSubjectTools & { readonly signals: SignalLog },
): Promise<SignalOutcome> {
  if (await tools.signals.has(signal.id)) return 'repeated';
  const known = await revokeSubject(signal.subject, signal.type, tools, signal.id);
  await tools.signals.add(signal.id, tools.clock.nowMs());
  return known ? 'revoked' : 'unknown_subject';
}
