import { table as names } from '../contract/table.ts';
import type { UnansweredRequest } from '../core/ports.ts';
import type { Session, SessionPolicy } from '../core/session.ts';
import { sessionExpiresAt } from './items.ts';

/** The two writes of a session's note that a request was not answered: docs/adr/0033-a-request-that-was-not-answered.md. */

/** The note is the last that a function does in its 10 s, after tries of 6 s at most. All its tries together. */
export const oweTimeoutMs = 1500;

/** Leaves the note. */
export function noteOf({ generation, presentedHash, nowMs }: UnansweredRequest, { graceMs }: SessionPolicy) {
  return {
    // What row E excuses at this moment: no request that comes too late prolongs its own excuse.
    ConditionExpression:
      '#status = :active AND generation = :successor AND previousHash = :presentedHash AND rotatedAt >= :excusedSince',
    // The note names its generation, so that the next rotation outdates it without a write.
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

/** Takes it back: G and F are measured from now on. A clock that is behind moves nothing back. */
export function settlementOf({ generation, rotatedAt }: Session, nowMs: number, { idleMs }: SessionPolicy) {
  const settledAt = Math.max(rotatedAt, nowMs);
  return {
    // Repeated by the SDK it finds its own instant and holds again.
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
