import { PutCommand } from './document-client.ts';
import { conditionalWrite, type Table } from './dynamo.ts';
import type { Item } from './items.ts';
import { accountKey } from './items.ts';

/**
 * Writes an account's item if none exists. A write that the SDK repeats recognises its operation id.
 *
 * @returns whether the item in the table is this one
 */
export async function putNewAccount(table: Table, subject: string, item: Item, operationId: string): Promise<boolean> {
  const command = new PutCommand({
    TableName: table.name,
    Item: item,
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  const write = await conditionalWrite(table, accountKey(subject), () => table.client.send(command));
  return write.applied || write.item?.operationId === operationId;
}
