import type { Account } from '../../lambda/core/account.ts';
import type { Fault } from '../../lambda/core/errors.ts';
import { nodeCodec, nodeRandom } from '../../lambda/crypto/node-crypto.ts';
import { openTable, type Table } from '../../lambda/store/dynamo.ts';
import { DynamoAccounts } from '../../lambda/store/dynamo-accounts.ts';
import { DynamoSessionStore } from '../../lambda/store/dynamo-session-store.ts';
import { type ListOptions, listAccounts } from '../../lambda/store/list-accounts.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';
import { printable } from './output.ts';
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

/**
 * All accounts, page by page. Accounts that cannot be read are reported on standard error, and make the command fail
 * after the last page.
 *
 * @throws Failure, Unavailable, Fault
 */
export async function* readableAccounts(
  table: Table,
  { stderr }: Pick<Io, 'stderr'>,
  options: Pick<ListOptions, 'consistent'> = {},
): AsyncGenerator<readonly Account[]> {
  let count = 0;
  const onBroken = ({ item = '' }: Fault) => {
    count += 1;
    stderr.write(`${printable(`this account cannot be read: ${item}`)}\n`);
  };
  yield* listAccounts(table, { ...options, onBroken });
  if (count === 0) return;
  throw new Failure(
    `${count} ${count === 1 ? 'account' : 'accounts'} could not be read: see item_broken in docs/operate.md`,
  );
}

/** Identifies a write that the SDK repeats. */
export function newOperationId(): string {
  return nodeCodec.toBase64url(nodeRandom.bytes(16));
}
