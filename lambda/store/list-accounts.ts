import { table as names } from '../contract/table.ts';
import type { Account } from '../core/account.ts';
import { ScanCommand } from './document-client.ts';
import { request, type Table } from './dynamo.ts';
import type { Item } from './items.ts';
import { toAccount } from './read-items.ts';

/**
 * All accounts, page by page, in no order. Reads the whole table, sessions included, half a read unit for each 4 KB.
 *
 * @param consistent includes all earlier writes, at a whole read unit for each 4 KB. @default false
 *
 * @throws Unavailable, Fault
 */
export async function* listAccounts(
  table: Table,
  { consistent = false }: { readonly consistent?: boolean } = {},
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
    yield (page.Items ?? []).map(toAccount);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}
