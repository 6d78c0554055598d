import { table as names } from '../contract/table.ts';
import { Unavailable } from '../core/errors.ts';
import { tombstoneExpiresAt } from '../core/retention.ts';
import type { Rotation, Settlement, UnansweredRequest } from '../core/rotation.ts';
import type { RevokedReason, Session } from '../core/session.ts';
import type {
  ListedSessions,
  RevokeConditions,
  RevokeResult,
  RotationResult,
  SessionStore,
} from '../core/session-store.ts';
import { DeleteCommand, PutCommand, QueryCommand, UpdateCommand } from './document-client.ts';
import { conditionalWrite, readItem, request, type Table } from './dynamo.ts';
import { partitionOf, sessionKey, toSessionItem } from './items.ts';
import { toListedSessions, toSession } from './read-items.ts';
import { noteOf, oweTimeoutMs, removalOf } from './unanswered-writes.ts';

/** Sessions in DynamoDB. Each method is one conditional write. The policy is the caller's: it arrives as times. */
export class DynamoSessionStore implements SessionStore {
  readonly #table: Table;
  readonly #newOperationId: () => string;

  constructor(table: Table, newOperationId: () => string) {
    this.#table = table;
    this.#newOperationId = newOperationId;
  }

  async read(subject: string, sessionId: string): Promise<Session | undefined> {
    const item = await readItem(this.#table, sessionKey(subject, sessionId));
    return item && toSession(item);
  }

  async create(session: Session, expiresAt: number): Promise<void> {
    const command = new PutCommand({
      TableName: this.#table.name,
      Item: toSessionItem(session, expiresAt),
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
    const command = new UpdateCommand({ TableName: this.#table.name, Key: key, ...noteOf(request) });
    const abortSignal = AbortSignal.timeout(oweTimeoutMs);
    return (await conditionalWrite(this.#table, key, () => this.#table.client.send(command, { abortSignal }))).applied;
  }

  async settle(settlement: Settlement): Promise<RotationResult> {
    const key = sessionKey(settlement.subject, settlement.sessionId);
    const command = new UpdateCommand({ TableName: this.#table.name, Key: key, ...removalOf(settlement) });
    const write = await conditionalWrite(this.#table, key, () => this.#table.client.send(command));
    if (write.applied) return { applied: true, session: toSession({ ...write.value.Attributes }) };
    return { applied: false, session: write.item && toSession(write.item) };
  }

  #rotateCommand(rotation: Rotation): UpdateCommand {
    const { nowMs, jkt, bounds } = rotation;
    // Every requirement for a rotation is in this one condition, so there is no race with an earlier read: protocol.md,
    // "One refresh".
    const conditions = [
      '#status = :active',
      'generation = :generation AND currentHash = :presentedHash',
      'clientId = :clientId AND channel = :channel',
      jkt === undefined ? 'attribute_not_exists(jkt)' : '(jkt = :jkt OR attribute_not_exists(jkt))',
      'createdAt >= :createdSince AND absoluteExpiry > :now AND rotatedAt > :idleSince',
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
        ':createdSince': bounds.createdSince,
        ':now': nowMs,
        ':idleSince': bounds.idleSince,
        ':zero': 0,
        ':restedSince': bounds.restedSince,
        ':nonce': rotation.nonce,
        ':keyId': rotation.keyId,
        ':ttl': bounds.expiresAt,
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
      // A tombstone needs no nonce, because no retry of it succeeds. Without it, the item stays within one write unit.
      UpdateExpression:
        'SET #status = :revoked, revokedReason = :reason, operationId = :operationId, #ttl = :ttl REMOVE nonce',
      ExpressionAttributeNames: { '#status': 'status', '#ttl': names.timeToLive },
      ExpressionAttributeValues: {
        ':active': 'active',
        ':revoked': 'revoked',
        ':reason': reason,
        ':operationId': operationId,
        ':ttl': tombstoneExpiresAt(nowMs),
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
    return toListedSessions((await request(() => this.#table.client.send(command))).Items ?? []);
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
