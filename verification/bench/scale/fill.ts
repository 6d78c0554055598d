import { randomBytes } from 'node:crypto';
import { marshall } from '@aws-sdk/util-dynamodb';
import { sessionKey } from '../../../lambda/store/items.ts';
import { callDynamoDb } from '../../../local/aws/dynamodb-call.ts';
import { objectOf } from '../../../local/json.ts';
import { progress } from '../lib/report.ts';
import { newSession } from '../systems/pawl.ts';
import { putItems } from '../systems/put-items.ts';
import type { Stage } from '../systems/stage.ts';
import { inWords } from './sizes.ts';

/** While one call is prepared, the engine reads another and writes a third. */
const lanes = 3;
const tellEveryMs = 10_000;

/** A growing table with one session per user. */
export interface Filling {
  /** Tokens of the `wanted` sessions, by their position in storage order. */
  readonly tokens: Map<number, string>;
  upTo(size: number): Promise<void>;
}

/**
 * Starts to fill an empty table with up to `largest` sessions. Only the sessions at the `wanted` positions have a token
 * and an account; the others are stored but never refreshed.
 */
export function startFilling(
  { engine, endpoint }: Stage,
  table: string,
  wanted: readonly number[],
  largest: number,
): Filling {
  const write = engine === 'dynoxide' ? inTransaction : inBatch;
  const perCall = engine === 'dynoxide' ? 100 : 25;
  const tokens = new Map<number, string>();
  const startedAt = performance.now();
  let toldAt = startedAt;
  let stored = 0;

  async function strangers(count: number): Promise<void> {
    let left = count;
    const lane = async () => {
      while (left > 0) {
        const size = Math.min(perCall, left);
        left -= size;
        await write(endpoint, table, someSessions(size));
        stored += size;
        tell();
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  function tell(): void {
    const now = performance.now();
    if (now - toldAt < tellEveryMs) return;
    toldAt = now;
    const perSecond = (stored / (now - startedAt)) * 1000;
    const minutesLeft = (largest - stored) / perSecond / 60;
    const counts = `${stored.toLocaleString('en')} of ${inWords(largest)} stored`;
    progress(`scale: ${counts}, ${Math.round(perSecond)} a second, ${minutesLeft.toFixed(1)} minutes left`);
  }

  return {
    tokens,
    upTo: async (size) => {
      for (const place of wanted.filter((at) => at >= stored && at < size)) {
        await strangers(place - stored);
        const { items, refreshToken } = newSession();
        await putItems(endpoint, table, items);
        tokens.set(place, refreshToken);
        stored += 1;
      }
      await strangers(size - stored);
      if (engine === 'dynoxide') await check(endpoint, table, stored + tokens.size);
    },
  };
}

/** Sessions that are never refreshed: their secret hash is random. All else is as the service stores it. */
function someSessions(count: number): readonly object[] {
  const [, item] = newSession().items;
  const model = marshall(item ?? {}, { removeUndefinedValues: true });
  return Array.from({ length: count }, () => ({
    ...model,
    ...marshall(sessionKey(randomText(16), randomText(16))),
    currentHash: { S: randomText(32) },
  }));
}

const randomText = (bytes: number): string => randomBytes(bytes).toString('base64url');

/** Dynoxide commits a transaction once, but a batch once per item, and commits get slower as its tables grow. */
async function inTransaction(endpoint: string, table: string, items: readonly object[]): Promise<void> {
  const puts = items.map((Item) => ({ Put: { TableName: table, Item } }));
  await callDynamoDb(endpoint, 'TransactWriteItems', { TransactItems: puts });
}

/** Dynalite has no transactions. */
async function inBatch(endpoint: string, table: string, items: readonly object[]): Promise<void> {
  const puts = items.map((Item) => ({ PutRequest: { Item } }));
  await callDynamoDb(endpoint, 'BatchWriteItem', { RequestItems: { [table]: puts } });
}

/** Checks that the engine counts the expected number of items. */
async function check(endpoint: string, table: string, expected: number): Promise<void> {
  const { Table } = await callDynamoDb(endpoint, 'DescribeTable', { TableName: table });
  const { ItemCount } = objectOf(Table);
  if (ItemCount !== expected) throw new Error(`${expected} items were stored, but the engine counts ${ItemCount}`);
}
