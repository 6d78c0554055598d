import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../lambda/core/account.ts';
import { Unavailable } from '../../lambda/core/errors.ts';
import { maxClaimMs } from '../../lambda/core/retention.ts';
import { loginNameOf } from '../../lambda/core/username.ts';
import { PutCommand } from '../../lambda/store/document-client.ts';
import { readItem } from '../../lambda/store/dynamo.ts';
import { loginKey } from '../../lambda/store/items.ts';
import { AccountPlacer, type Arrival } from '../../lambda/store/place-account.ts';
import { PlacingBatch } from '../../lambda/store/placing-batch.ts';
import { Crash, Dying } from '../support/dying.ts';
import { type DynamoUnderTest, openDynamo } from '../support/dynamo-under-test.ts';
import { loginAt, newAccount } from '../support/sessions.ts';

let store: DynamoUnderTest;
let count = 0;

beforeAll(async () => {
  store = await openDynamo('dynoxide');
});
afterAll(() => store.stop());

function arrival(changes: Partial<Account> = {}, generated = false): Arrival {
  count += 1;
  const { kept: _session, ...account } = newAccount();
  const email = `batch-${count}@example.com`;
  return { account: { ...account, email, ...changes }, generated, operationId: `batch ${count}` };
}
const batchOf = (arrivals: readonly Arrival[], table = store.table) =>
  new PlacingBatch(arrivals, { table, placer: new AccountPlacer(table), nowMs: () => loginAt });
const outcomes = ({ placed }: PlacingBatch) => placed.map((each) => each?.outcome);
const leadsTo = (name = '') => store.accounts.findSubject(loginNameOf(name));
/** Checks that the accounts are stored as given, and that all their names lead to them. */
async function expectPlaced(arrivals: readonly Arrival[]): Promise<void> {
  for (const { account } of arrivals) {
    const subject = await leadsTo(account.username);
    expect(await store.accounts.read(subject ?? '')).toEqual({ ...account, subject });
    expect(await leadsTo(account.email)).toBe(subject);
  }
}

test('one request places many complete accounts; a repetition finds them present', async () => {
  const arrivals = Array.from({ length: 33 }, () => arrival());
  store.proxy.clear();
  const batch = batchOf(arrivals);
  await batch.advance();
  expect(store.proxy.calls).toHaveLength(1);
  expect(outcomes(batch)).toEqual(arrivals.map(() => 'created'));
  await expectPlaced(arrivals);
  const again = batchOf(arrivals.map((each) => ({ ...each, operationId: `again ${each.operationId}` })));
  await again.advance();
  expect(outcomes(again)).toEqual(arrivals.map(() => 'present'));
});

test('a repetition finds accounts without a subject with two requests', async () => {
  const arrivals = Array.from({ length: 33 }, () => arrival({}, true));
  await batchOf(arrivals).advance();
  const again = batchOf(
    arrivals.map(({ account, ...each }) => ({
      ...each,
      account: { ...account, subject: `another ${account.subject}` },
      operationId: `again ${each.operationId}`,
    })),
  );
  store.proxy.clear();
  await again.advance();
  expect(store.proxy.calls).toHaveLength(2);
  expect(outcomes(again)).toEqual(arrivals.map(() => 'present'));
  await expectPlaced(arrivals);
});

test('a name is claimed at the time of the attempt, however long the batch has waited', async () => {
  let nowMs = loginAt;
  const alone = arrival({ username: `straße-waits-${count}` });
  const { table } = store;
  const batch = new PlacingBatch([alone], { table, placer: new AccountPlacer(table), nowMs: () => nowMs });
  nowMs += 2 * maxClaimMs;
  await batch.advance();
  expect(await readItem(table, loginKey(alone.account.username))).toMatchObject({ claimedAt: nowMs });
});

test('a name in its old spelling belongs to the account that has it', async () => {
  const old = arrival({ username: `strasse-${count}` });
  const { account } = old;
  const item = { ...loginKey(account.username), subject: account.subject, operationId: 'old' };
  await store.table.client.send(new PutCommand({ TableName: store.table.name, Item: item }));
  const batch = batchOf([arrival({ username: account.username.replace('ss', 'ß') })]);
  await batch.advance();
  expect(outcomes(batch)).toEqual(['refused']);
});

test('an account with a conflict does not block the others', async () => {
  const [there, named, addressed, old] = [arrival(), arrival(), arrival(), arrival()];
  await batchOf([there, named, addressed, old]).advance();
  const arrivals = [
    arrival(),
    { ...there, operationId: 'another run' },
    arrival({ username: named.account.username }),
    arrival({ email: addressed.account.username }),
    arrival({ subject: old.account.subject }),
    arrival({ claims: { amount: 2 ** 60 } }),
    arrival(),
  ];
  const batch = batchOf(arrivals);
  await batch.advance();
  expect(batch.placed).toMatchObject([
    { outcome: 'created' },
    { outcome: 'present' },
    { outcome: 'refused', because: `${named.account.username} is taken` },
    { outcome: 'refused', because: `${addressed.account.username} is taken` },
    { outcome: 'refused', because: `the subject ${old.account.subject} belongs to another username` },
    { outcome: 'refused', because: 'claim amount is not a JSON value, or is an integer beyond 2^53 - 1' },
    { outcome: 'created' },
  ]);
  await expectPlaced([there, named, addressed, old]);
  expect(await leadsTo(arrivals[2]?.account.email)).toBeUndefined();
});

test('if two accounts of a batch share a name, one of them gets it', async () => {
  const first = arrival();
  const batch = batchOf([
    first,
    arrival({ username: first.account.username }),
    arrival({ subject: first.account.subject }),
  ]);
  await batch.advance();
  expect(outcomes(batch)).toEqual(['created', 'refused', 'refused']);
  await expectPlaced([first]);
});

test('if the table throttles, nothing is written twice, even in the smallest transactions', async () => {
  const arrivals = Array.from({ length: 5 }, () => arrival());
  const batch = batchOf(arrivals);
  store.proxy.clear();
  await batch.advance(1 / 32);
  expect(store.proxy.calls).toHaveLength(5);
  expect(outcomes(batch)).toEqual(arrivals.map(() => 'created'));
  await expectPlaced(arrivals);
});

describe.each(['before', 'after'] as const)('a crash %s each request', (when) => {
  test.each([true, false])('the next run loses and duplicates nothing (generated subjects: %s)', async (generated) => {
    for (let at = 1; ; at += 1) {
      // The account with the conflicting name is placed individually, and the others in a second transaction.
      const taken = arrival();
      await batchOf([taken]).advance();
      const legacy = arrival({ username: `straße-${count}` }, generated);
      const arrivals = [arrival({}, generated), arrival({ email: taken.account.username }, generated), legacy];
      const dying = new Dying(store.table, at, when);
      const end = await batchOf(arrivals, dying.table)
        .advance()
        .catch((error: unknown) => error);
      // The next run reads the source again, and generates subjects again where it has none.
      const next = arrivals.map((each) => {
        const subject = generated ? `next-${each.account.subject}` : each.account.subject;
        return { ...each, account: { ...each.account, subject }, operationId: `next ${each.operationId}` };
      });
      const batch = batchOf(next);
      await batch.advance();
      expect(outcomes(batch)[1]).toBe('refused');
      await expectPlaced([arrivals[0] as Arrival, legacy, taken]);
      expect(await leadsTo(arrivals[1]?.account.username)).toBeUndefined();
      if (end === undefined) {
        expect(at).toBeGreaterThan(6);
        return;
      }
      expect(end).toBeInstanceOf(Crash);
    }
  });
});

test('after a lost response, the account that was written counts as created', async () => {
  const arrivals = [arrival(), arrival()];
  const lost = new Dying(store.table, 1, 'after');
  const batch = batchOf(arrivals, lost.table);
  await expect(batch.advance()).rejects.toThrow(Crash);
  lost.left = Number.POSITIVE_INFINITY;
  await batch.advance();
  expect(outcomes(batch)).toEqual(['created', 'created']);
});

test('a transaction conflict is reported as unavailable, not as a refusal', async () => {
  const reasons = { name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'TransactionConflict' }] };
  const { TransactionCanceledException } = await import('@aws-sdk/client-dynamodb');
  const error = Object.assign(new TransactionCanceledException({ message: '', $metadata: {} }), reasons);
  const client = {
    send: (command: { sendBy(client: object, options: object): unknown }) =>
      command.sendBy({ send: () => Promise.reject(error) }, {}),
  };
  const batch = batchOf([arrival()], { name: 'throttled', client } as never);
  await expect(batch.advance()).rejects.toThrow(Unavailable);
  expect(outcomes(batch)).toEqual([undefined]);
});
