import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../lambda/core/errors.ts';
import { loginNameOf } from '../../lambda/core/username.ts';
import { accountKey, loginKey, sessionKey } from '../../lambda/store/items.ts';
import { type DynamoUnderTest, openDynamo } from '../support/dynamo-under-test.ts';
import { rejectionOf } from '../support/expect.ts';
import { expiryOf, loginAt, newAccount, newSession, rotationOf } from '../support/sessions.ts';
import { type Damage, damageIn, expectBroken, secret } from './support/damage.ts';

/** Items edited by hand, partly restored or written by another tool are reported by name, and never used as a session. */

let store: DynamoUnderTest;
let damage: Damage;
beforeAll(async () => {
  store = await openDynamo('dynoxide');
  damage = damageIn(store);
});
afterAll(() => store.stop());

const wrong: readonly (readonly [string, unknown])[] = [
  ['generation', 'one'],
  ['generation', 1.5],
  ['generation', 12345678901234567890n],
  ['epoch', undefined],
  ['status', secret],
  ['channel', 7],
  ['clientId', undefined],
  ['currentHash', ''],
  ['createdAt', secret],
  ['rotatedAt', -1],
  ['absoluteExpiry', null],
  ['scope', new Set([secret])],
  ['deviceName', { [secret]: secret }],
  ['unanswered', 'yes'],
];

describe('a session', () => {
  test.each(wrong)('whose %s is %s', async (attribute, value) => {
    const session = newSession();
    const { subject, sessionId } = session;
    await store.sessions.create(session, expiryOf(session));
    await damage(sessionKey(subject, sessionId), { [attribute]: value });
    const named = `USER#${subject} SESSION#${sessionId}: ${attribute}`;
    await expectBroken(store.sessions.read(subject, sessionId), named);
    await expectBroken(store.accounts.readWithSessions(subject), named);
    await expectBroken(store.sessions.rotate({ ...rotationOf(session), presentedHash: 'another' }), named);
  });

  test.each(['previousHash', 'nonce', 'keyId'])('that has rotated and lacks %s', async (attribute) => {
    const session = newSession();
    const { subject, sessionId } = session;
    await store.sessions.create(session, expiryOf(session));
    await store.sessions.rotate(rotationOf(session));
    await damage(sessionKey(subject, sessionId), { [attribute]: undefined });
    await expectBroken(store.sessions.read(subject, sessionId), `USER#${subject} SESSION#${sessionId}: ${attribute}`);
  });

  test('with an attribute of a newer version is read without it', async () => {
    const session = newSession();
    await store.sessions.create(session, expiryOf(session));
    await damage(sessionKey(session.subject, session.sessionId), { invented: secret });
    expect(await store.sessions.read(session.subject, session.sessionId)).toEqual(session);
  });
});

test('a broken session or tombstone does not hide the others from the cap on sessions', async () => {
  const [good, bad, dead] = [newSession(), newSession(), newSession()];
  const { subject } = good;
  for (const one of [good, { ...bad, subject }, { ...dead, subject }]) await store.sessions.create(one, expiryOf(one));
  await store.sessions.revoke(subject, dead.sessionId, 'deleted', loginAt);
  await damage(sessionKey(subject, bad.sessionId), { epoch: secret });
  await damage(sessionKey(subject, dead.sessionId), { expiresAt: secret });
  expect(await store.sessions.list(subject, 10)).toEqual({ sessions: [good], tombstones: [] });
});

test('an item of another kind in a user’s partition, of a newer version, is not a session', async () => {
  const session = newSession();
  await store.sessions.create(session, expiryOf(session));
  const { pk = '' } = accountKey(session.subject);
  await damage({ pk, sk: 'PASSKEY#1' }, { pk, sk: 'PASSKEY#1', publicKey: secret });
  expect((await store.accounts.readWithSessions(session.subject)).sessions).toEqual([session]);
});

describe('an account', () => {
  test.each([
    ['status', secret],
    ['epoch', 'three'],
    ['claims', [secret]],
    ['claims', secret],
    ['username', undefined],
    ['passwordHash', 7],
  ])('whose %s is %s', async (attribute, value) => {
    const account = newAccount();
    await store.accounts.create(account, loginAt);
    await damage(accountKey(account.subject), { [attribute]: value });
    await expectBroken(store.accounts.read(account.subject), `USER#${account.subject} ACCOUNT: ${attribute}`);
  });

  test.each([
    ['a 64-bit number', 12345678901234567890n],
    ['a set', new Set(['a'])],
    ['binary', new Uint8Array([1])],
  ])('whose claims hold %s is read: it can still be logged out', async (_, value) => {
    const account = newAccount();
    await store.accounts.create(account, loginAt);
    await damage(accountKey(account.subject), { claims: { value } });
    expect(await store.accounts.read(account.subject)).toMatchObject({ subject: account.subject, claims: {} });
    expect(await store.accounts.revokeSessions({ subject: account.subject })).toMatchObject({ applied: true });
  });

  test.each([
    ['a number that is not kept exactly', { value: 2 ** 53 }],
    ['a set', { value: new Set(['a']) }],
    ['binary', { value: new Uint8Array(1) }],
    ['6 KB', { value: 'x'.repeat(6000) }],
  ])('is not given claims with %s, by any way', async (_, claims) => {
    const account = newAccount();
    const user = { subject: account.subject, claims, scopes: [] };
    const refused = { name: 'GrantRefused' };
    expect(await rejectionOf(store.accounts.create({ ...account, claims }, loginAt))).toMatchObject(refused);
    expect(await rejectionOf(store.accounts.adopt(account.username, user, loginAt))).toMatchObject(refused);
    await store.accounts.create(account, loginAt);
    expect(await rejectionOf(store.accounts.describe(account, user))).toMatchObject(refused);
    expect(await store.accounts.read(account.subject)).toEqual(account);
  });
});

test('a username that leads nowhere is named by its hash', async () => {
  const account = newAccount();
  await store.accounts.create(account, loginAt);
  await damage(loginKey(account.username), { subject: 7 });
  const error = await rejectionOf(store.accounts.findSubject(loginNameOf(account.username)));
  expect(error).toMatchObject({
    reason: 'item_broken',
    item: expect.stringMatching(/^LOGIN#sha256:[0-9a-f]{16} LOGIN: subject$/),
  });
  expect(String((error as Fault).item)).not.toContain(account.username);
});

test('a name left behind without its operationId is named when it is claimed', async () => {
  const [one, other] = [newAccount(), newAccount()];
  await store.accounts.create(one, loginAt);
  await damage(loginKey(one.username), { subject: 'nobody', operationId: undefined });
  const error = await rejectionOf(store.accounts.create({ ...other, username: one.username }, loginAt + 86_400_000));
  expect(error).toMatchObject({ reason: 'item_broken', item: expect.stringMatching(/^LOGIN#.* LOGIN: operationId$/) });
});
