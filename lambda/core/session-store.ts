import type { Rotation, Settlement, UnansweredRequest } from './rotation.ts';
import type { RevokedReason, Session } from './session.ts';

/** The item after the write; or, if the condition failed, the item that explains why (none: it was deleted). */
export type RotationResult =
  | { readonly applied: true; readonly session: Session }
  | { readonly applied: false; readonly session: Session | undefined };

/** Conditions of a tombstone, besides `status = active`. */
export interface RevokeConditions {
  readonly clientId?: string;
  readonly epoch?: number;
  /** The session's epoch is below this one. */
  readonly epochBelow?: number;
  readonly rotatedAt?: number;
}

/** `revoked`: by this call. `unchanged`: the item explains why (none: it was deleted). */
export type RevokeResult =
  | { readonly outcome: 'revoked' }
  | { readonly outcome: 'unchanged'; readonly session: Session | undefined };

/** Part of a user's sessions. */
export interface ListedSessions {
  /** Sessions that were not ended; expiry and the account are checked separately. */
  readonly sessions: readonly Session[];
  readonly tombstones: readonly {
    readonly sessionId: string;
    /** Epoch milliseconds, to the second. */
    readonly endedAt: number;
  }[];
}

export interface SessionStore {
  /** Strongly consistent. */
  read(subject: string, sessionId: string): Promise<Session | undefined>;
  /**
   * Puts a new session; finding its own earlier write is success.
   *
   * @param expiresAt TTL attribute, epoch seconds
   */
  create(session: Session, expiresAt: number): Promise<void>;
  /** One conditional write, all or nothing. */
  rotate(rotation: Rotation): Promise<RotationResult>;
  /**
   * Notes that a request with the presented token was not answered, so that the token stays excused until one is.
   * Writes only if the session is one generation ahead of it, by a rotation since `excusedSince`. Returns whether it
   * wrote.
   */
  owe(request: UnansweredRequest): Promise<boolean>;
  /** Removes that note before a response is sent. */
  settle(settlement: Settlement): Promise<RotationResult>;
  /** Ends a session with a tombstone. Writes nothing if there is no active session. */
  revoke(
    subject: string,
    sessionId: string,
    reason: RevokedReason,
    nowMs: number,
    conditions?: RevokeConditions,
  ): Promise<RevokeResult>;
  /** At most `limit` sessions and tombstones of a subject, unordered, in one strongly consistent request. */
  list(subject: string, limit: number): Promise<ListedSessions>;
  /** Deletes a tombstone. Never deletes an active session. */
  deleteTombstone(subject: string, sessionId: string): Promise<void>;
}
