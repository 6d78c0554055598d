import { table as names } from '../contract/table.ts';
import type { Session, SessionPolicy } from '../core/session.ts';
import type { UnansweredRequest } from '../core/session-store.ts';
import { sessionExpiresAt } from './items.ts';

/** The two writes of a session's `unanswered` note: docs/adr/0033-a-request-that-was-not-answered.md. */

/**
 * Timeout for the note, all attempts together. It is the last action of a function, whose earlier attempts take up to 6
 * s of its 10 s.
 */
export const oweTimeoutMs = 1500;

/** Sets the note. */
export function noteOf({ generation, presentedHash, nowMs }: UnansweredRequest, { graceMs }: SessionPolicy) {
  return {
    // Only what row E excuses at this moment: a late request must not extend its own excuse.
    ConditionExpression:
      '#status = :active AND generation = :successor AND previousHash = :presentedHash AND rotatedAt >= :excusedSince',
    // The note stores its generation, so the next rotation invalidates it without a write.
    UpdateExpression: 'SET unanswered = :successor',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':active': 'active',
      ':successor': generation + 1,
      ':presentedHash': presentedHash,
      ':excusedSince': nowMs - graceMs,
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
}

/** Removes the note. G and F are measured from now. A clock that is behind moves nothing back. */
export function settlementOf({ generation, rotatedAt }: Session, nowMs: number, { idleMs }: SessionPolicy) {
  const settledAt = Math.max(rotatedAt, nowMs);
  return {
    // A repetition by the SDK finds its own timestamp and succeeds again.
    ConditionExpression:
      '#status = :active AND generation = :generation ' +
      'AND ((unanswered = :generation AND rotatedAt = :seen) OR rotatedAt = :now)',
    UpdateExpression: 'SET rotatedAt = :now, #ttl = :ttl REMOVE unanswered',
    ExpressionAttributeNames: { '#status': 'status', '#ttl': names.timeToLive },
    ExpressionAttributeValues: {
      ':active': 'active',
      ':generation': generation,
      ':seen': rotatedAt,
      ':now': settledAt,
      ':ttl': sessionExpiresAt(settledAt, idleMs),
    },
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
}
