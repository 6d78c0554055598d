import { table as names } from '../contract/table.ts';
import type { SignalLog } from '../core/apply-signal.ts';
import { PutCommand } from './document-client.ts';
import { readItem, request, type Table } from './dynamo.ts';
import { signalKey } from './items.ts';

/** EventBridge redelivers for up to 24 hours; records are kept twice as long, in seconds. */
const keepSeconds = 172_800;

/** Records which signals were applied. */
export function dynamoSignalLog(table: Table): SignalLog {
  return {
    async has(id) {
      return (await readItem(table, signalKey(id))) !== undefined;
    },
    async add(id, nowMs) {
      const Item = { ...signalKey(id), [names.timeToLive]: Math.ceil(nowMs / 1000) + keepSeconds };
      await request(() => table.client.send(new PutCommand({ TableName: table.name, Item })));
    },
  };
}
