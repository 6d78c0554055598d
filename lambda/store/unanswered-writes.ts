import { table as names } from '../contract/table.ts';
import type { Settlement, UnansweredRequest } from '../core/rotation.ts';

/** The two writes of a session's `unanswered` note: docs/adr/0033-an-unanswered-request-stays-excused.md. */

/**
 * Timeout for the note, all attempts together. It is the last action of a function, whose earlier attempts take up to 6
 * s of its 10 s.
 */
export const oweTimeoutMs = 1500;

/** Sets the note. */
export function noteOf({ generation, presentedHash, excusedSince }: UnansweredRequest) {
  return {
    ConditionExpression:
      '#status = :active AND generation = :successor AND previousHash = :presentedHash AND rotatedAt >= :excusedSince',
    // The note stores its generation, so the next rotation invalidates it without a write.
    UpdateExpression: 'SET unanswered = :successor',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':active': 'active',
      ':successor': generation + 1,
      ':presentedHash': presentedHash,
      ':excusedSince': excusedSince,
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
}

/** Removes the note. */
export function removalOf({ generation, seenAt, settledAt, expiresAt }: Settlement) {
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
      ':seen': seenAt,
      ':now': settledAt,
      ':ttl': expiresAt,
    },
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
}
