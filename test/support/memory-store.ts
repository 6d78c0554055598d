import { Unavailable } from '../../lambda/core/errors.ts';
import { tombstoneEndedAt, tombstoneExpiresAt } from '../../lambda/core/retention.ts';
import type { Rotation, Settlement, UnansweredRequest } from '../../lambda/core/rotation.ts';
import type { RevokedReason, Session } from '../../lambda/core/session.ts';
import type {
  ListedSessions,
  RevokeConditions,
  RevokeResult,
  RotationResult,
  SessionStore,
} from '../../lambda/core/session-store.ts';
import type { MemoryTable } from './memory-table.ts';

/** The torture tests load the stores of every version from this module. */
export { MemoryAccounts } from './memory-accounts.ts';

/** Sessions in memory. No method awaits between its condition and its write, so each is atomic. */
export class MemorySessions implements SessionStore {
  readonly #table: MemoryTable;

  constructor(table: MemoryTable) {
    this.#table = table;
  }

  async read(subject: string, sessionId: string): Promise<Session | undefined> {
    return this.#table.session(subject, sessionId);
  }

  async create(session: Session, expiresAt: number): Promise<void> {
    const there = this.#table.session(session.subject, session.sessionId);
    if (there !== undefined) {
      if (there.currentHash !== session.currentHash) throw new Unavailable('session_id_taken');
      return;
    }
    this.#table.putSession('create', session, expiresAt);
  }

  async rotate(rotation: Rotation): Promise<RotationResult> {
    const session = this.#table.session(rotation.subject, rotation.sessionId);
    if (session === undefined || !this.#mayRotate(session, rotation)) return { applied: false, session };
    const after: Session = {
      ...session,
      generation: session.generation + 1,
      currentHash: rotation.successorHash,
      previousHash: rotation.presentedHash,
      nonce: rotation.nonce,
      keyId: rotation.keyId,
      rotatedAt: rotation.nowMs,
    };
    this.#table.putSession('rotate', after, rotation.bounds.expiresAt);
    return { applied: true, session: structuredClone(after) };
  }

  async owe(request: UnansweredRequest): Promise<boolean> {
    const session = this.#table.session(request.subject, request.sessionId);
    const isOwed =
      session !== undefined &&
      session.status === 'active' &&
      session.generation === request.generation + 1 &&
      session.previousHash === request.presentedHash &&
      session.rotatedAt >= request.excusedSince;
    if (!isOwed) return false;
    const { subject, sessionId, generation } = session;
    const expiresAt = this.#table.expiresAt(subject, sessionId) ?? 0;
    this.#table.putSession('owe', { ...session, unanswered: generation }, expiresAt);
    return true;
  }

  async settle(settlement: Settlement): Promise<RotationResult> {
    const { subject, sessionId, generation, seenAt, settledAt, expiresAt } = settlement;
    const session = this.#table.session(subject, sessionId);
    const open = session?.unanswered === generation && session.rotatedAt === seenAt;
    if (session === undefined || session.status !== 'active' || session.generation !== generation)
      return { applied: false, session };
    if (!open && session.rotatedAt !== settledAt) return { applied: false, session };
    const { unanswered: _settled, ...rest } = session;
    this.#table.putSession('settle', { ...rest, rotatedAt: settledAt }, expiresAt);
    return { applied: true, session: { ...rest, rotatedAt: settledAt } };
  }

  #mayRotate(session: Session, rotation: Rotation): boolean {
    const { nowMs, bounds } = rotation;
    // Written out like the condition of the real store, independently of the rules of the core.
    return (
      session.status === 'active' &&
      session.createdAt >= bounds.createdSince &&
      session.absoluteExpiry > nowMs &&
      session.rotatedAt > bounds.idleSince &&
      session.generation === rotation.generation &&
      session.currentHash === rotation.presentedHash &&
      session.clientId === rotation.clientId &&
      session.channel === rotation.channel &&
      (session.jkt === undefined || session.jkt === rotation.jkt) &&
      (session.generation === 0 || session.rotatedAt <= bounds.restedSince)
    );
  }

  async revoke(
    subject: string,
    sessionId: string,
    reason: RevokedReason,
    nowMs: number,
    conditions: RevokeConditions & { readonly epochBelow?: number } = {},
  ): Promise<RevokeResult> {
    const session = this.#table.session(subject, sessionId);
    const { clientId, epoch, epochBelow, rotatedAt } = conditions;
    const fits =
      session?.status === 'active' &&
      (clientId === undefined || session.clientId === clientId) &&
      (epoch === undefined || session.epoch === epoch) &&
      (epochBelow === undefined || session.epoch < epochBelow) &&
      (rotatedAt === undefined || session.rotatedAt === rotatedAt);
    if (!fits) return { outcome: 'unchanged', session };
    const { nonce: _nonce, ...rest } = session;
    const tombstone: Session = { ...rest, status: 'revoked', revokedReason: reason };
    this.#table.putSession('revoke', tombstone, tombstoneExpiresAt(nowMs));
    return { outcome: 'revoked' };
  }

  async list(subject: string, limit: number): Promise<ListedSessions> {
    const rows = [...this.#table.sessions.values()]
      .filter(({ session }) => session.subject === subject)
      .slice(0, limit);
    return {
      sessions: rows.map(({ session }) => session).filter(({ status }) => status === 'active'),
      tombstones: rows
        .filter(({ session }) => session.status === 'revoked')
        .map(({ session, expiresAt }) => ({
          sessionId: session.sessionId,
          endedAt: tombstoneEndedAt(expiresAt),
        })),
    };
  }

  async deleteTombstone(subject: string, sessionId: string): Promise<void> {
    if (this.#table.session(subject, sessionId)?.status === 'revoked') this.#table.deleteSession(subject, sessionId);
  }
}
