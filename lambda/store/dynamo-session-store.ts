import { table as names } from '../contract/table.ts';
import { Unavailable } from '../core/errors.ts';
import type { RevokedReason, Session, SessionPolicy } from '../core/session.ts';
import type {
  ListedSessions,
  RevokeConditions,
  RevokeResult,
  Rotation,
  RotationResult,
  SessionStore,
  UnansweredRequest,
} from '../core/session-store.ts';
import { DeleteCommand, PutCommand, QueryCommand, UpdateCommand } from './document-client.ts';
import { conditionalWrite, readItem, request, type Table } from './dynamo.ts';
import {
  type Item,
  partitionOf,
  sessionExpiresAt,
  sessionKey,
  tombstoneEndedAt,
  tombstoneExpiresAt,
  toSessionItem,
} from './items.ts';
import { toSession } from './read-items.ts';
import { noteOf, oweTimeoutMs, settlementOf } from './unanswered-writes.ts';

/** Sessions in DynamoDB. Each method is one conditional write. */
export class DynamoSessionStore implements SessionStore {
  readonly #table: Table;
  readonly #policy: SessionPolicy;
  readonly #newOperationId: () => string;

  constructor(table: Table, policy: SessionPolicy, newOperationId: () => string) {
    this.#table = table;
    this.#policy = policy;
    this.#newOperationId = newOperationId;
  }

  async read(subject: string, sessionId: string): Promise<Session | undefined> {
    const item = await readItem(this.#table, sessionKey(subject, sessionId));
    return item && toSession(item);
  }

  async create(session: Session): Promise<void> {
    const command = new PutCommand({
      TableName: this.#table.name,
      Item: toSessionItem(session, this.#policy.idleMs),
      // A login never overwrites a session, and its own write repeated by the SDK must not look like a failure.
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const key = sessionKey(session.subject, session.sessionId);
    const write = await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
    if (!write.applied && write.item?.currentHash !== session.currentHash) throw new Unavailable('session_id_taken');
  }

  async rotate(rotation: Rotation): Promise<RotationResult> {
    const key = sessionKey(rotation.subject, rotation.sessionId);
    const command = this.#rotateCommand(rotation);
    const write = await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
    if (write.applied) return { applied: true, session: toSession({ ...write.value.Attributes }) };
    return { applied: false, session: write.item && toSession(write.item) };
  }

  async owe(request: UnansweredRequest): Promise<boolean> {
    const key = sessionKey(request.subject, request.sessionId);
    const command = new UpdateCommand({ TableName: this.#table.name, Key: key, ...noteOf(request, this.#policy) });
    const abortSignal = AbortSignal.timeout(oweTimeoutMs);
    return (await conditionalWrite(this.#table, key, () => this.#table.client.send(command, { abortSignal }))).applied;
  }

  async settle(session: Session, nowMs: number): Promise<RotationResult> {
    const key = sessionKey(session.subject, session.sessionId);
    const settlement = settlementOf(session, nowMs, this.#policy);
    const command = new UpdateCommand({ TableName: this.#table.name, Key: key, ...settlement });
    const write = await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
    if (write.applied) return { applied: true, session: toSession({ ...write.value.Attributes }) };
    return { applied: false, session: write.item && toSession(write.item) };
  }

  #rotateCommand(rotation: Rotation): UpdateCommand {
    const { nowMs, jkt } = rotation;
    const { idleMs, absoluteMs, floorMs, notBefore } = this.#policy;
    // Every requirement for a rotation is in this one condition, so there is no race with an earlier read: protocol.md,
    // "One refresh".
    const conditions = [
      '#status = :active',
      'generation = :generation AND currentHash = :presentedHash',
      'clientId = :clientId AND channel = :channel',
      jkt === undefined ? 'attribute_not_exists(jkt)' : '(jkt = :jkt OR attribute_not_exists(jkt))',
      'createdAt >= :notBefore AND absoluteExpiry > :now AND rotatedAt > :idleSince',
      '(generation = :zero OR rotatedAt <= :restedSince)',
    ];
    return new UpdateCommand({
      TableName: this.#table.name,
      Key: sessionKey(rotation.subject, rotation.sessionId),
      ConditionExpression: conditions.join(' AND '),
      UpdateExpression:
        'SET generation = :successor, currentHash = :successorHash, previousHash = :presentedHash, ' +
        'nonce = :nonce, keyId = :keyId, rotatedAt = :now, #ttl = :ttl',
      ExpressionAttributeNames: { '#status': 'status', '#ttl': names.timeToLive },
      ExpressionAttributeValues: {
        ':active': 'active',
        ':generation': rotation.generation,
        ':successor': rotation.generation + 1,
        ':presentedHash': rotation.presentedHash,
        ':successorHash': rotation.successorHash,
        ':clientId': rotation.clientId,
        ':channel': rotation.channel,
        ...(jkt === undefined ? {} : { ':jkt': jkt }),
        // Times are whole milliseconds: the later of `sessionsNotBefore` and now minus the configured absolute
        // lifetime.
        ':notBefore': Math.max(notBefore, nowMs - absoluteMs + 1),
        ':now': nowMs,
        ':idleSince': nowMs - idleMs,
        ':zero': 0,
        ':restedSince': nowMs - floorMs,
        ':nonce': rotation.nonce,
        ':keyId': rotation.keyId,
        ':ttl': sessionExpiresAt(nowMs, idleMs),
      },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  }

  async revoke(
    subject: string,
    sessionId: string,
    reason: RevokedReason,
    nowMs: number,
    conditions: RevokeConditions = {},
  ): Promise<RevokeResult> {
    const key = sessionKey(subject, sessionId);
    const given = (Object.keys(revokeConditions) as (keyof RevokeConditions)[]).filter(
      (n) => conditions[n] !== undefined,
    );
    const operationId = this.#newOperationId();
    const command = new UpdateCommand({
      TableName: this.#table.name,
      Key: key,
      // An update creates a missing item: without the first condition, a deleted session would come back.
      ConditionExpression: [
        'attribute_exists(pk) AND #status = :active',
        ...given.map((n) => revokeConditions[n]),
      ].join(' AND '),
      // A tombstone answers no retry, so the nonce is removed to keep the item within one write unit.
      UpdateExpression:
        'SET #status = :revoked, revokedReason = :reason, operationId = :operationId, #ttl = :ttl REMOVE nonce',
      ExpressionAttributeNames: { '#status': 'status', '#ttl': names.timeToLive },
      ExpressionAttributeValues: {
        ':active': 'active',
        ':revoked': 'revoked',
        ':reason': reason,
        ':operationId': operationId,
        ':ttl': tombstoneExpiresAt(nowMs, this.#policy.graceMs),
        ...Object.fromEntries(given.map((name) => [`:${name}`, conditions[name]])),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const write = await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
    // A tombstone write repeated by the SDK still belongs to this call, whose caller publishes the event.
    if (write.applied || write.item?.operationId === operationId) return { outcome: 'revoked' };
    return { outcome: 'unchanged', session: write.item && toSession(write.item) };
  }

  async list(subject: string, limit: number): Promise<ListedSessions> {
    const command = new QueryCommand({
      TableName: this.#table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :session)',
      ExpressionAttributeValues: { ':pk': partitionOf(subject), ':session': 'SESSION#' },
      ConsistentRead: true,
      Limit: limit,
    });
    const items: Item[] = (await request(() => this.#table.client.send(command))).Items ?? [];
    const isTombstone = (item: Item) => item.status === 'revoked';
    return {
      sessions: items.filter((item) => !isTombstone(item)).map(toSession),
      tombstones: items.filter(isTombstone).map((item) => ({
        sessionId: toSession(item).sessionId,
        endedAt: tombstoneEndedAt(Number(item[names.timeToLive]), this.#policy.graceMs),
      })),
    };
  }

  async deleteTombstone(subject: string, sessionId: string): Promise<void> {
    const key = sessionKey(subject, sessionId);
    const command = new DeleteCommand({
      TableName: this.#table.name,
      Key: key,
      ConditionExpression: '#status = :revoked',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':revoked': 'revoked' },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
  }
}

const revokeConditions: Readonly<Record<keyof RevokeConditions, string>> = {
  clientId: 'clientId = :clientId',
  epoch: 'epoch = :epoch',
  epochBelow: 'epoch < :epochBelow',
  rotatedAt: 'rotatedAt = :rotatedAt',
};
