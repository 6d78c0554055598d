import { nodeCodec, nodeRandom } from '../../lambda/crypto/node-crypto.ts';
import { openTable, type Table } from '../../lambda/store/dynamo.ts';
import { DynamoAccounts } from '../../lambda/store/dynamo-accounts.ts';
import { DynamoSessionStore } from '../../lambda/store/dynamo-session-store.ts';
import type { Target } from './target.ts';

export function tableOf(target: Target): Table {
  return openTable(target.need('TableName'));
}

export function accountsIn(table: Table): DynamoAccounts {
  return new DynamoAccounts(table, newOperationId);
}

export function sessionsIn(table: Table): DynamoSessionStore {
  return new DynamoSessionStore(table, newOperationId);
}

/** Identifies a write that the SDK repeats. */
export function newOperationId(): string {
  return nodeCodec.toBase64url(nodeRandom.bytes(16));
}
