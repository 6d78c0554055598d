import { table as names } from '../contract/table.ts';
import type { Account } from '../core/account.ts';
import type { Fault } from '../core/errors.ts';
import { ScanCommand } from './document-client.ts';
import { request, type Table } from './dynamo.ts';
import type { Item } from './items.ts';
import { brokenOnly } from './parse.ts';
import { toAccount } from './read-items.ts';

/** How to list accounts. */
export interface ListOptions {
  /** Includes all earlier writes, at a whole read unit for each 4 KB. @default false */
  readonly consistent?: boolean;
  /** Gets each account that cannot be read, so that the others are listed. */
  readonly onBroken: (fault: Fault) => void;
}

/**
 * All accounts, page by page, in no order. Reads the whole table, sessions included, half a read unit for each 4 KB.
 *
 * @throws Unavailable, Fault
 */
export async function* listAccounts(
  table: Table,
  { consistent = false, onBroken }: ListOptions,
): AsyncGenerator<readonly Account[]> {
  let from: Item | undefined;
  do {
    const command: ScanCommand = new ScanCommand({
      TableName: table.name,
      FilterExpression: '#sk = :account AND attribute_not_exists(deletedAt)',
      ExpressionAttributeNames: { '#sk': names.sortKey },
      ExpressionAttributeValues: { ':account': 'ACCOUNT' },
      ConsistentRead: consistent,
      ExclusiveStartKey: from,
    });
    const page = await request(() => table.client.send(command));
    yield (page.Items ?? []).flatMap((item) =>
      brokenOnly(
        () => [toAccount(item)],
        (fault) => {
          onBroken(fault);
          return [];
        },
      ),
    );
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}
