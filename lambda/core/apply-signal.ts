import type { SecurityEvent } from './events.ts';
import { signalExpiresAt } from './retention.ts';
import { type RevokeSubjectTools, revokeSubject } from './revoke-subject.ts';

/** The signals that were already applied. */
export interface SignalLog {
  has(id: string): Promise<boolean>;
  /** @param expiresAt TTL attribute, epoch seconds */
  add(id: string, expiresAt: number): Promise<void>;
}

export type SignalOutcome = 'revoked' | 'repeated' | 'unknown_subject';

/**
 * Applies a signal once, however often it is delivered: a repeated signal must not end sessions that were opened since.
 * The id is recorded after the revocation, so that a crash in between revokes again instead of not at all. In that
 * case, the account's last operation id detects the repetition.
 *
 * @throws Unavailable
 */
export async function applySignal(
  signal: { readonly id: string; readonly type: SecurityEvent; readonly subject: string },
  tools: RevokeSubjectTools & { readonly signals: SignalLog },
): Promise<SignalOutcome> {
  if (await tools.signals.has(signal.id)) return 'repeated';
  const known = await revokeSubject(signal.subject, signal.type, tools, signal.id);
  await tools.signals.add(signal.id, signalExpiresAt(tools.clock.nowMs()));
  return known ? 'revoked' : 'unknown_subject';
}
