import { nodeCodec, nodeRandom } from '../lambda/crypto/node-crypto.ts';
import { openTable, type Table } from '../lambda/store/dynamo.ts';
import { DynamoAccounts } from '../lambda/store/dynamo-accounts.ts';
import { exitCodes, Failure } from './failure.ts';

/** The table that a command works on. An engine on this very machine asks for no credentials, so it gets made-up ones. */
export function tableFor(name: string | undefined, env: NodeJS.ProcessEnv): Table {
  if (name === undefined) throw new Failure('--table <name> is missing: it is the output TableName', exitCodes.usage);
  if (/^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(env.AWS_ENDPOINT_URL_DYNAMODB ?? '')) {
    env.AWS_REGION ??= 'us-east-1';
    env.AWS_ACCESS_KEY_ID ??= 'local';
    env.AWS_SECRET_ACCESS_KEY ??= 'local';
  }
  return openTable(name);
}

export function accountsIn(table: Table): DynamoAccounts {
  return new DynamoAccounts(table, newOperationId);
}

/** By which a write knows itself when the SDK sent it twice. */
export function newOperationId(): string {
  return nodeCodec.toBase64url(nodeRandom.bytes(16));
}
