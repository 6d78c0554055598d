import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NameTaken } from '../../lambda/core/account-store.ts';
import { maxClaimMs } from '../../lambda/core/retention.ts';
import { loginNameOf } from '../../lambda/core/username.ts';
import { PutCommand } from '../../lambda/store/document-client.ts';
import { loginKey } from '../../lambda/store/items.ts';
import { LoginNames } from '../../lambda/store/login-names.ts';
import { type DynamoUnderTest, openDynamo } from '../support/dynamo-under-test.ts';
import { rejectionOf } from '../support/expect.ts';
import { loginAt, newAccount } from '../support/sessions.ts';

/** Names that a crash left over, and names from before they were stored as RFC 8265 has them. */

let store: DynamoUnderTest;
let names: LoginNames;
beforeAll(async () => {
  store = await openDynamo('dynoxide');
  names = new LoginNames(store.table);
});
afterAll(() => store.stop());

let operations = 0;
const claim = (name: string, subject: string, nowMs = loginAt) => {
  operations += 1;
  return { name, subject, operationId: `claim ${operations}`, nowMs };
};
const fresh = () => newAccount().username;
const find = (typed: string) => names.find(loginNameOf(typed));
const putOld = (name: string, subject: string) => {
  const Item = { ...loginKey(name), subject, operationId: 'of before' };
  return store.table.client.send(new PutCommand({ TableName: store.table.name, Item }));
};

describe('a claim that no account followed', () => {
  test('holds for a minute, so that its function can finish', async () => {
    const name = fresh();
    await names.claim(claim(name, 'one'));
    const late = names.claim(claim(name, 'two', loginAt + maxClaimMs - 1));
    expect(await rejectionOf(late)).toBeInstanceOf(NameTaken);
    await names.claim(claim(name, 'one', loginAt + 1));
    expect(await find(name)).toBe('one');
  });

  test('is taken over then, by exactly one of ten', async () => {
    const name = fresh();
    await names.claim(claim(name, 'one'));
    const subjects = Array.from({ length: 10 }, (_, index) => `other ${index}`);
    const results = await Promise.allSettled(
      subjects.map((subject) => names.claim(claim(name, subject, loginAt + maxClaimMs))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await find(name)).toBe(subjects[results.findIndex(({ status }) => status === 'fulfilled')]);
  });

  test('is released by its own write alone', async () => {
    const name = fresh();
    const [first, second] = [claim(name, 'one'), claim(name, 'one')];
    await names.claim(first);
    await names.claim(second);
    await names.release(name, first.operationId);
    expect(await find(name)).toBe('one');
    await names.release(name, second.operationId);
    expect(await find(name)).toBeUndefined();
  });
});

test('an address that an account has left is free, although its item could not be deleted', async () => {
  const account = newAccount({ email: `${fresh()}@example.com` });
  await store.accounts.create(account, loginAt);
  const email = `${fresh()}@example.net`;
  const moved = await store.accounts.moveEmail({ account, email, kept: 'k', nowMs: loginAt });
  expect(moved.applied).toBe(true);
  await names.claim(claim(account.email ?? '', account.subject, loginAt));
  const other = newAccount({ email: account.email ?? '' });
  await store.accounts.create(other, loginAt + maxClaimMs);
  expect(await find(account.email ?? '')).toBe(other.subject);
});

describe('a name of before', () => {
  test('is found by its old spelling, where there is no item of the new one', async () => {
    await putOld('grossmann', 'old');
    expect([await find('Großmann'), await find('GROSSMANN')]).toEqual(['old', 'old']);
    await names.claim(claim('großmann', 'old'));
    expect(await find('großmann')).toBe('old');
  });

  test('blocks new names that its user may have typed', async () => {
    await putOld('ilkay', 'old');
    expect(await rejectionOf(names.claim(claim('ılkay', 'new')))).toBeInstanceOf(NameTaken);
    expect(await find('ılkay')).toBe('old');
  });

  test('one of today is found by its own spelling alone', async () => {
    await names.claim(claim('weiss', 'one'));
    expect(await find('weiß')).toBeUndefined();
    await names.claim(claim('weiß', 'two'));
    expect([await find('weiss'), await find('weiß')]).toEqual(['one', 'two']);
  });

  test('is not taken over while its account has it', async () => {
    const account = newAccount();
    await store.accounts.create(account, loginAt);
    await putOld(account.username, account.subject);
    const taking = names.claim(claim(account.username, 'other', loginAt + maxClaimMs));
    expect(await rejectionOf(taking)).toBeInstanceOf(NameTaken);
  });
});
