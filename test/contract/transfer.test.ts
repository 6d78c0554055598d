import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Context } from '../../cli/frame/command.ts';
import { createOutput } from '../../cli/frame/output.ts';
import { Steps } from '../../cli/frame/steps.ts';
import { distinct, type Incoming } from '../../cli/transfer/incoming.ts';
import { transfer } from '../../cli/transfer/transfer.ts';
import type { Account } from '../../lambda/core/account.ts';
import type { Table } from '../../lambda/store/dynamo.ts';
import { listAccounts } from '../../lambda/store/list-accounts.ts';
import { Crash, Dying } from '../support/dying.ts';
import { type DynamoUnderTest, openDynamo } from '../support/dynamo-under-test.ts';
import { loginAt, newAccount } from '../support/sessions.ts';

/** A whole import that crashes at each of its requests in turn, and is repeated. */

let store: DynamoUnderTest;
beforeAll(async () => {
  store = await openDynamo('dynoxide');
});
afterAll(() => store.stop());

const users = 40;

/** A file: every third user has no subject, some have an old spelling to look up, and two lines are refused. */
async function* source(run: string): AsyncGenerator<Incoming> {
  for (let number = 0; number < users; number += 1) {
    const { kept: _session, subject, ...rest } = newAccount();
    const generated = number % 3 === 0;
    const account: Account = {
      ...rest,
      subject: generated ? subject : `${run}-${number}`,
      username: `${number % 20 === 19 ? 'straße' : 'user'}-${run}-${number}`,
      email: `${run}-${number}@example.com`,
    };
    yield { from: `line ${number + 1}`, account, generated };
  }
  yield { from: 'line 41', account: { ...newAccount(), username: `user-${run}-0` } };
  yield { from: 'line 42', refused: 'not JSON' };
}

async function importAll(table: Table, run: string) {
  const stdout: string[] = [];
  const refused: string[] = [];
  const io = { env: {}, stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const output = createOutput(true, (text) => stdout.push(text));
  const context = { target: { nowMs: () => loginAt }, output, steps: new Steps(), io } as unknown as Context;
  const add = async ({ from }: { from: string }) => void refused.push(from);
  const report = { add, leftOut: () => {}, close: () => 'see above' };
  const end = await transfer(distinct(source(run)), { table, dryRun: false, report }, context).catch(
    (error: unknown) => error,
  );
  return { end, refused, counts: JSON.parse(stdout.at(-1) ?? '{}') as { created: number; present: number } };
}

test.each(['before', 'after'] as const)(
  'a crash %s each request: the next run loses and duplicates nothing',
  async (when) => {
    for (let at = 1; ; at += 1) {
      const run = `${when}-${at}`;
      const first = await importAll(new Dying(store.table, at, when).table, run);
      const second = await importAll(store.table, run);
      expect(second.refused).toEqual(['line 41', 'line 42']);
      expect(second.counts.created + second.counts.present).toBe(users);
      const there: Account[] = [];
      for await (const page of listAccounts(store.table, { consistent: true, onBroken: () => expect.unreachable() }))
        there.push(...page);
      const ours = there.filter(({ email }) => email?.startsWith(`${run}-`));
      expect(new Set(ours.map(({ username }) => username)).size).toBe(users);
      expect(ours).toHaveLength(users);
      if (!(first.end instanceof Crash)) {
        expect(at).toBeGreaterThan(8);
        return;
      }
    }
  },
);
