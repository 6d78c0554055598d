import type { RevokedReason } from './ports.ts';

/** One login on one device (a token family in the RFCs). Times are epoch milliseconds; hashes are base64url. */
export interface Session {
  readonly subject: string;
  /** 128 random bits, base64url. */
  readonly sessionId: string;
  /** How often it has rotated. */
  readonly generation: number;
  /** SHA-256 of the one secret that rotates it. */
  readonly currentHash: string;
  /** SHA-256 of the secret before, from generation 1 on; with `nonce` and `keyId` it answers a retry. */
  readonly previousHash?: string;
  readonly nonce?: string;
  /** Ratchet key of the last rotation. */
  readonly keyId?: string;
  /** The generation whose token no answer has carried yet: while it is the present one, the token before stays excused. */
  readonly unanswered?: number;
  /** The account's epoch that the login read. */
  readonly epoch: number;
  /** Scopes as granted at login. */
  readonly scopes: readonly string[];
  readonly status: 'active' | 'revoked';
  readonly revokedReason?: RevokedReason;
  readonly clientId: string;
  readonly channel: 'cookie' | 'body';
  readonly createdAt: number;
  /** The login's time at generation 0. */
  readonly rotatedAt: number;
  /** Fixed at login; nothing ever moves it. A session ends earlier where `absoluteMs` was shortened since. */
  readonly absoluteExpiry: number;
  readonly deviceName?: string;
  readonly userAgent?: string;
  /** RFC 7638 thumbprint of the client key that it is bound to. */
  readonly jkt?: string;
}

/** How long sessions live; one object per deployment. All but the instant are milliseconds. */
export interface SessionPolicy {
  readonly idleMs: number;
  readonly absoluteMs: number;
  /** G: how long a predecessor still yields its successor. */
  readonly graceMs: number;
  /** F: how long a new generation rests before it rotates again. */
  readonly floorMs: number;
  /** Everyone's logout: sessions created before this instant (epoch milliseconds) are dead. */
  readonly notBefore: number;
}

/** When a session ends, however active it is: as set at login, or earlier where `absoluteMs` was shortened since. */
export function absoluteEnd(session: Session, policy: SessionPolicy): number {
  return Math.min(session.absoluteExpiry, session.createdAt + policy.absoluteMs);
}

/** Whether the last request by the token before was not answered, for a fault of ours: protocol.md §7, invariant 11. */
export function isOwed(session: Session): boolean {
  return session.unanswered === session.generation;
}

/** Why a session is dead by its own item, or `undefined` while it lives. The account has its own say. */
export function inactiveReason(
  session: Session,
  nowMs: number,
  policy: SessionPolicy,
): 'session_revoked' | 'session_expired' | 'session_too_old' | undefined {
  if (session.status !== 'active') return 'session_revoked';
  if (session.createdAt < policy.notBefore) return 'session_too_old';
  if (session.absoluteExpiry <= nowMs || session.rotatedAt <= nowMs - policy.idleMs) return 'session_expired';
  // A lifetime that was shortened since the login: tag keys are kept for no longer than it.
  if (session.createdAt <= nowMs - policy.absoluteMs) return 'session_expired';
  return undefined;
}
