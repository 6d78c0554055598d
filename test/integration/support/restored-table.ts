import type { ProxiedService } from './service.ts';

/** Creates an empty table beside the service's own, as a restore from a backup makes one. */
export async function createTable({ table }: Pick<ProxiedService, 'table'>, name: string): Promise<void> {
  await table('CreateTable', {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  });
}
