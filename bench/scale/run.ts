import { progress, type Report } from '../lib/report.ts';
import { tripsOf, unitsOf } from '../refresh/calls.ts';
import type { Child } from '../systems/child.ts';
import { newSession } from '../systems/pawl.ts';
import { putItems } from '../systems/put-items.ts';
import type { Stage } from '../systems/stage.ts';

const tableSizes = [1_000, 10_000, 100_000];
const sessionsOfOne = [1, 10, 50];
const samples = 25;

/** Whether a refresh costs more when there are more sessions, in the table or of one user. Counts, no times. */
export async function scale(stage: Stage): Promise<Report[]> {
  stage.pass(0);
  const child = await stage.start('pawl');
  const [first] = await child.seed(1);
  await child.refresh(first?.refreshToken ?? '');
  const rows: string[][] = [];
  let stored = 0;
  for (const size of tableSizes) {
    const tokens = await fill(stage, size - stored);
    stored = size;
    rows.push([`${size.toLocaleString('en')} sessions in the table`, ...(await cost(stage, child, tokens))]);
    progress(`scale: ${rows.at(-1)?.join(', ')}`);
  }
  for (const size of sessionsOfOne) {
    const tokens: string[] = [];
    for (let user = 0; user < 5; user += 1) {
      const subject = `user-with-${size}-sessions-${user}`;
      const sessions = Array.from({ length: size }, () => newSession(subject));
      await putItems(stage.endpoint, 'pawl', [
        ...sessions.slice(0, 1).flatMap(({ items }) => items),
        ...sessions.slice(1).flatMap(({ items }) => items.slice(1)),
      ]);
      tokens.push(sessions[0]?.refreshToken ?? '');
    }
    rows.push([`${size} sessions of one user`, ...(await cost(stage, child, tokens))]);
    progress(`scale: ${rows.at(-1)?.join(', ')}`);
  }
  await child.kill();
  const flat = new Set(rows.map(([, ...counts]) => counts.join())).size === 1;
  return [
    {
      title: 'Scale: what a refresh costs when there are more sessions',
      head: ['', 'requests', 'trips', 'RCU', 'WCU'],
      rows,
      notes: [
        `Counts over ${samples} refreshes each (five with sessions of one user); a range where they differ. Times of an embedded engine would say nothing about DynamoDB.`,
        `Goal: flat: ${flat ? 'met' : 'MISSED'}.`,
      ],
    },
  ];
}

/** Adds sessions of as many new users; the tokens of some of them, spread over all. */
async function fill(stage: Stage, count: number): Promise<string[]> {
  const tokens: string[] = [];
  const batch = 1_000;
  for (let from = 0; from < count; from += batch) {
    const sessions = Array.from({ length: Math.min(batch, count - from) }, () => newSession());
    const sampled = Math.ceil((samples * (from + batch)) / count) - tokens.length;
    const chosen = sessions.slice(0, Math.min(sampled, samples - tokens.length));
    tokens.push(...chosen.map(({ refreshToken }) => refreshToken));
    // The accounts of those that nobody asks for would only double the work.
    const items = sessions.flatMap(({ items: [account, session] }, index) =>
      index < chosen.length ? [account ?? {}, session ?? {}] : [session ?? {}],
    );
    const quarter = Math.ceil(items.length / 4);
    const parts = [0, 1, 2, 3].map((part) => items.slice(part * quarter, (part + 1) * quarter));
    await Promise.all(parts.map((part) => putItems(stage.endpoint, 'pawl', part)));
    if (from % 20_000 === 0) progress(`scale: ${from + sessions.length} of ${count} new sessions stored`);
  }
  return tokens;
}

async function cost(stage: Stage, child: Child, tokens: readonly string[]): Promise<readonly string[]> {
  const all: number[][] = [];
  // Enough that what goes out together overlaps.
  stage.pass(20);
  for (const token of tokens) {
    stage.proxy.clear();
    const { status } = await child.refresh(token);
    if (status !== 200) throw new Error(`refresh: ${status}`);
    const { calls } = stage.proxy;
    const { read, write } = unitsOf(calls);
    all.push([calls.length, tripsOf(calls), read, write]);
  }
  stage.pass(0);
  return [0, 1, 2, 3].map((column) => {
    const values = all.map((counts) => counts[column] ?? Number.NaN);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return low === high ? String(low) : `${low} to ${high}`;
  });
}
