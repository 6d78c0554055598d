import { table as names } from '../contract/table.ts';
import type { SignalLog } from '../core/apply-signal.ts';
import { PutCommand } from './document-client.ts';
import { readItem, request, type Table } from './dynamo.ts';
import { signalKey } from './items.ts';

/** Records which signals were applied. */
export function dynamoSignalLog(table: Table): SignalLog {
  return {
    async has(id) {
      return (await readItem(table, signalKey(id))) !== undefined;
    },
    async add(id, expiresAt) {
      const Item = { ...signalKey(id), [names.timeToLive]: expiresAt };
      await request(() => table.client.send(new PutCommand({ TableName: table.name, Item })));
    },
  };
}
