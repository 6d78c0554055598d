import { join } from 'node:path';
import { callDynamoDb } from '../../../local/aws/dynamodb-call.ts';
import { goal, progress, type Report } from '../lib/report.ts';
import { tripsOf, unitsOf } from '../refresh/calls.ts';
import { Child } from '../systems/child.ts';
import { newSession } from '../systems/pawl.ts';
import { putItems } from '../systems/put-items.ts';
import type { Stage } from '../systems/stage.ts';
import { startFilling } from './fill.ts';
import { inWords, samples, sizesUpTo, spreadOver } from './sizes.ts';

const table = 'scale';
const sessionsOfOne = [1, 10, 50];
const usersWithSo = 5;

/** Compares the cost of a refresh as the sessions in the table, or of one user, increase. Counts requests, not time. */
export async function scale(stage: Stage, { sessions }: { readonly sessions: number }): Promise<Report[]> {
  stage.pass(0);
  const child = await start(stage);
  try {
    await child.refresh(newSession().refreshToken); // refused and stores nothing, but loads the keys
    const rows = [...(await byTable(stage, child, sizesUpTo(sessions))), ...(await byUser(stage, child))];
    const flat = new Set(rows.map(([, ...counts]) => counts.join())).size === 1;
    return [
      {
        title: 'Scale: cost of a refresh by number of sessions',
        head: ['', 'requests', 'trips', 'RCU', 'WCU'],
        rows,
        notes: [
          `Counts over ${samples} refreshes each, spread over the whole table from the first session to the last. Where the counts differ, the cell shows a range. Times are not shown, because those of an embedded engine do not apply to DynamoDB.`,
          `With fewer than ${samples} sessions, a session is refreshed again a minute later: one in the smallest table, one of each of ${usersWithSo} users in the lower rows. Only users whose sessions are refreshed have an account.`,
        ],
        goals: [goal(`flat up to ${inWords(sessions)} in the table and ${sessionsOfOne.at(-1)} of one user`, flat)],
      },
    ];
  } finally {
    await child.kill();
  }
}

/** Uses its own table, so that items of other parts do not count. */
async function start({ endpoint, proxy, environment }: Stage): Promise<Child> {
  const keys = [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ];
  await callDynamoDb(endpoint, 'CreateTable', {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keys,
  });
  const module = join(import.meta.dirname, '../systems/pawl.ts');
  return Child.start(module, [proxy.endpoint, table], { ...environment, TABLE_NAME: table });
}

async function byTable(stage: Stage, child: Child, sizes: readonly number[]): Promise<string[][]> {
  const rows: string[][] = [];
  const wanted = [...new Set(sizes.flatMap(spreadOver))].sort((a, b) => a - b);
  const filling = startFilling(stage, table, wanted, sizes.at(-1) ?? 0);
  for (const size of sizes) {
    await filling.upTo(size);
    const places = spreadOver(size);
    const { counts, tokens } = await cost(
      stage,
      child,
      places.map((place) => filling.tokens.get(place) ?? ''),
    );
    for (const [index, place] of places.entries()) filling.tokens.set(place, tokens[index] ?? '');
    rows.push([`${inWords(size)} in the table`, ...counts]);
    progress(`scale: ${rows.at(-1)?.join(', ')}`);
  }
  return rows;
}

async function byUser(stage: Stage, child: Child): Promise<string[][]> {
  const rows: string[][] = [];
  for (const size of sessionsOfOne) {
    const tokens: string[] = [];
    for (let user = 0; user < usersWithSo; user += 1) {
      const sessions = Array.from({ length: size }, () => newSession(`user-with-${size}-sessions-${user}`));
      const [account] = sessions[0]?.items ?? [];
      await putItems(stage.endpoint, table, [account ?? {}, ...sessions.flatMap(({ items }) => items.slice(1))]);
      tokens.push(sessions[0]?.refreshToken ?? '');
    }
    rows.push([`${inWords(size)} of one user`, ...(await cost(stage, child, tokens)).counts]);
    progress(`scale: ${rows.at(-1)?.join(', ')}`);
  }
  return rows;
}

/** Refreshes these sessions; returns the cost and the new tokens. */
async function cost(stage: Stage, child: Child, from: readonly string[]) {
  const all: number[][] = [];
  let tokens = from;
  // Enough latency for calls that are sent together to overlap.
  stage.pass(20);
  while (all.length < samples) {
    // A session is not rotated again within the floor (50 s) after its last rotation.
    await child.shift(60_000);
    const next: string[] = [];
    for (const token of tokens) {
      stage.proxy.clear();
      const { status, refreshToken } = await child.refresh(token);
      if (status !== 200 || refreshToken === undefined || refreshToken === token) throw new Error(`refresh: ${status}`);
      next.push(refreshToken);
      const { calls } = stage.proxy;
      const { read, write } = unitsOf(calls);
      all.push([calls.length, tripsOf(calls), read, write]);
    }
    tokens = next;
  }
  stage.pass(0);
  const counts = [0, 1, 2, 3].map((column) => {
    const values = all.map((row) => row[column] ?? Number.NaN);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return low === high ? String(low) : `${low} to ${high}`;
  });
  return { counts, tokens };
}
