import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../lambda/core/account.ts';
import { loginNameOf } from '../../lambda/core/username.ts';
import { nodeCodec, nodeCrypto } from '../../lambda/crypto/node-crypto.ts';
import { AccountRemoval } from '../../lambda/store/account-removal.ts';
import { PutCommand } from '../../lambda/store/document-client.ts';
import { toAccountItem } from '../../lambda/store/items.ts';
import { AccountPlacer, type Arrival } from '../../lambda/store/place-account.ts';
import { PlacingBatch } from '../../lambda/store/placing-batch.ts';
import { Crash, Dying } from '../support/dying.ts';
import { type DynamoUnderTest, openDynamo } from '../support/dynamo-under-test.ts';
import { rejectionOf } from '../support/expect.ts';
import { loginAt, newAccount } from '../support/sessions.ts';

let store: DynamoUnderTest;
let placer: AccountPlacer;
let operations = 0;
const newOperationId = () => {
  operations += 1;
  return `placing ${operations}`;
};

beforeAll(async () => {
  store = await openDynamo('dynoxide');
  placer = new AccountPlacer(store.table);
});
afterAll(() => store.stop());

function incoming(changes: Partial<Account> = {}): Account {
  const { kept: _session, ...account } = newAccount();
  return {
    ...account,
    email: `mail-${newOperationId().replace(' ', '-')}@example.com`,
    networks: ['mark'],
    ...changes,
  };
}
const arrival = (account: Account, generated = false): Arrival => ({
  account,
  generated,
  operationId: newOperationId(),
});
const leadsTo = (name = '') => store.accounts.findSubject(loginNameOf(name));

test('an account comes whole, with both names; again it is present and nothing changes', async () => {
  const account = incoming();
  expect(await placer.wouldPlace(arrival(account))).toEqual({ outcome: 'created' });
  expect(await store.accounts.read(account.subject)).toBeUndefined();
  expect(await placer.place(arrival(account), loginAt)).toEqual({ outcome: 'created' });
  expect(await store.accounts.read(account.subject)).toEqual(account);
  expect([await leadsTo(account.username), await leadsTo(account.email)]).toEqual([account.subject, account.subject]);
  const older = { ...account, epoch: 0, scopes: [] };
  for (const place of [placer.place(arrival(older), loginAt), placer.wouldPlace(arrival(older))]) {
    expect(await place).toEqual({ outcome: 'present' });
  }
  expect(await store.accounts.read(account.subject)).toEqual(account);
});

describe('refused, with no change', () => {
  test.each(['username', 'email'] as const)('a %s that is taken', async (name) => {
    const holder = incoming();
    await placer.place(arrival(holder), loginAt);
    const account = incoming({ [name]: holder[name] });
    const refusal = { outcome: 'refused', because: `${holder[name]} is taken` };
    expect(await placer.wouldPlace(arrival(account))).toMatchObject(refusal);
    expect(await placer.place(arrival(account), loginAt + 120_000)).toMatchObject(refusal);
    expect(await store.accounts.read(account.subject)).toBeUndefined();
    expect(await leadsTo(holder[name])).toBe(holder.subject);
    const other = name === 'username' ? account.email : account.username;
    expect(await leadsTo(other)).toBeUndefined();
  });

  test('the subject of a user who was deleted, or of another one', async () => {
    const [gone, there] = [incoming(), incoming()];
    await placer.place(arrival(gone), loginAt);
    await new AccountRemoval(store.table, { crypto: nodeCrypto, codec: nodeCodec }).mark(gone.subject, loginAt);
    await placer.place(arrival(there), loginAt);
    const because = `the subject ${gone.subject} was deleted`;
    expect(await placer.place(arrival(gone), loginAt)).toMatchObject({ outcome: 'refused', because });
    for (const subject of [gone.subject, there.subject]) {
      expect(await placer.place(arrival(incoming({ subject })), loginAt)).toMatchObject({ outcome: 'refused' });
    }
    expect(await store.accounts.read(there.subject)).toEqual(there);
  });
});

test('an item that cannot be read refuses its own account only', async () => {
  const account = incoming();
  const item = { ...toAccountItem(account, 'another tool'), epoch: 'one' };
  await store.table.client.send(new PutCommand({ TableName: store.table.name, Item: item }));
  const because = `an item of the table cannot be read: USER#${account.subject} ACCOUNT: epoch`;
  expect(await placer.wouldPlace(arrival(account))).toMatchObject({ outcome: 'refused', because });
  expect(await placer.place(arrival(account), loginAt)).toMatchObject({ outcome: 'refused', because });
  const tools = { table: store.table, placer, nowMs: () => loginAt };
  const batch = new PlacingBatch([arrival(account), arrival(incoming())], tools);
  await batch.advance();
  expect(batch.placed).toMatchObject([{ outcome: 'refused', because }, { outcome: 'created' }]);
});

test('a name that only earlier versions allowed leads to its account again', async () => {
  const account = incoming({ username: `☃-${newOperationId().replace(' ', '-')}` });
  expect(await placer.place(arrival(account), loginAt)).toEqual({ outcome: 'created' });
  expect(await leadsTo(account.username)).toBe(account.subject);
  expect(await placer.place(arrival(account), loginAt + 120_000)).toEqual({ outcome: 'present' });
  const other = incoming({ username: account.username });
  expect(await placer.place(arrival(other), loginAt + 120_000)).toMatchObject({ outcome: 'refused' });
});

test.each(['before', 'after'] as const)('a crash %s each request: the next attempt finishes', async (when) => {
  for (let at = 1; ; at += 1) {
    const account = incoming();
    const dying = new AccountPlacer(new Dying(store.table, at, when).table);
    const end = await rejectionOf(dying.place(arrival(account), loginAt).then(() => Promise.reject('done')));
    if (end === 'done') {
      expect(at).toBeGreaterThan(4);
      return;
    }
    expect(end).toBeInstanceOf(Crash);
    expect(['created', 'present']).toContain((await placer.place(arrival(account), loginAt)).outcome);
    expect(await store.accounts.read(account.subject)).toEqual(account);
    expect([await leadsTo(account.username), await leadsTo(account.email)]).toEqual([account.subject, account.subject]);
  }
});
