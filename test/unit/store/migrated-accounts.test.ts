import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { nodeCodec, nodeCrypto, nodeRandom } from '../../../lambda/crypto/node-crypto.ts';
import { GetCommand } from '../../../lambda/store/document-client.ts';
import type { Table } from '../../../lambda/store/dynamo.ts';
import { DynamoMigratedAccounts } from '../../../lambda/store/migrated-accounts.ts';
import { expectUnavailable } from '../../support/expect.ts';

const tools = { crypto: nodeCrypto, codec: nodeCodec, random: nodeRandom };

test('no subject is derived from a key that the table does not hold', async () => {
  const sent: unknown[] = [];
  const send = async (command: unknown) => {
    sent.push(command);
    if (command instanceof GetCommand) return {};
    throw new ConditionalCheckFailedException({ message: 'refused', $metadata: {} });
  };
  const table = { name: 'table', client: { send } } as unknown as Table;
  await expectUnavailable(new DynamoMigratedAccounts(table, tools).subjectOf('alice'), 'condition_unexplained');
  expect(sent).toHaveLength(3);
});
