/** Why a session ended, as stored in its tombstone. */
export type RevokedReason =
  | 'logged_out'
  | 'replaced'
  | 'evicted'
  | 'reused'
  | 'account_dead'
  | 'deleted'
  | 'revoked_all';

/** One login on one device (a token family in the RFCs). Times are epoch milliseconds; hashes are base64url. */
export interface Session {
  readonly subject: string;
  /** 128 random bits, base64url. */
  readonly sessionId: string;
  /** Number of rotations. */
  readonly generation: number;
  /** SHA-256 of the one secret that rotates it. */
  readonly currentHash: string;
  /** SHA-256 of the previous secret, from generation 1 on; with `nonce` and `keyId` it answers a retry. */
  readonly previousHash?: string;
  readonly nonce?: string;
  /** Ratchet key of the last rotation. */
  readonly keyId?: string;
  /**
   * The generation whose token no response has carried yet. While it is the current one, the previous token stays
   * excused.
   */
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
  /** The time of the login at generation 0. */
  readonly rotatedAt: number;
  /** Set at login and never changed. A session ends earlier if `absoluteMs` was shortened since. */
  readonly absoluteExpiry: number;
  readonly deviceName?: string;
  readonly userAgent?: string;
  /** RFC 7638 thumbprint of the client key that it is bound to. */
  readonly jkt?: string;
}

/** Lifetimes of sessions; one object per deployment. All in milliseconds, except the instant. */
export interface SessionPolicy {
  readonly idleMs: number;
  readonly absoluteMs: number;
  /** G: grace window, in which a predecessor still yields its successor. */
  readonly graceMs: number;
  /** F: floor, the minimum time between two rotations. */
  readonly floorMs: number;
  /** Sessions created before this instant (epoch milliseconds) have ended. */
  readonly notBefore: number;
}

/** When a session ends regardless of activity: as set at login, or earlier if `absoluteMs` was shortened since. */
export function absoluteEnd(session: Session, policy: SessionPolicy): number {
  return Math.min(session.absoluteExpiry, session.createdAt + policy.absoluteMs);
}

/**
 * Whether the last request with the previous token was not answered because of a server fault: protocol.md, invariant
 * 11.
 */
export function isOwed(session: Session): boolean {
  return session.unanswered === session.generation;
}

/**
 * Why a session has ended according to its own item, or `undefined` if it has not. The account is checked separately.
 */
export function inactiveReason(
  session: Session,
  nowMs: number,
  policy: SessionPolicy,
): 'session_revoked' | 'session_expired' | 'session_too_old' | undefined {
  if (session.status !== 'active') return 'session_revoked';
  if (session.createdAt < policy.notBefore) return 'session_too_old';
  if (session.absoluteExpiry <= nowMs || session.rotatedAt <= nowMs - policy.idleMs) return 'session_expired';
  // For a lifetime shortened since the login: tag keys are not kept longer than it.
  if (session.createdAt <= nowMs - policy.absoluteMs) return 'session_expired';
  return undefined;
}
