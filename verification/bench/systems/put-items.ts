import { marshall } from '@aws-sdk/util-dynamodb';
import { callDynamoDb } from '../../../local/aws/dynamodb-call.ts';

/** Writes items in batches of 25, as bulk imports do. */
export async function putItems(
  endpoint: string,
  table: string,
  items: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  for (let from = 0; from < items.length; from += 25) {
    const puts = items.slice(from, from + 25).map((item) => ({
      PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) },
    }));
    await callDynamoDb(endpoint, 'BatchWriteItem', { RequestItems: { [table]: puts } });
  }
}
