import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../lambda/core/session.ts';
import { loginNameOf } from '../../lambda/core/username.ts';
import type { DynamoUnderTest } from '../support/dynamo-under-test.ts';
import { expiryOf, loginAt, newAccount, newSession, rotated, rotationOf, unanswered } from '../support/sessions.ts';

/** What lies in the table, how large it is, and what each method costs. */
export function itemsContract(open: () => Promise<DynamoUnderTest>, returnsOldItems: boolean): void {
  let store: DynamoUnderTest;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.stop());
  beforeEach(() => store.proxy.clear());

  /** A session at the byte caps of protocol.md §4, with the longest of everything else. */
  function largest(changes: Partial<Session> = {}): Session {
    return newSession({
      subject: newSession().subject.padEnd(128, 's'),
      clientId: 'c'.repeat(64),
      channel: 'cookie',
      deviceName: 'é'.repeat(32),
      userAgent: 'u'.repeat(128),
      scopes: ['s'.repeat(99), 't'.repeat(100)],
      epoch: 999_999,
      jkt: 'j'.repeat(43),
      ...changes,
    });
  }

  const keyId = 'k'.repeat(8);
  const now = loginAt + 60_000;

  test('an item at all byte caps stays below 1 KB, as a session and as a tombstone', async () => {
    const first = largest();
    const { subject, sessionId } = first;
    await store.sessions.create(first, expiryOf(first));
    const rotation = rotationOf(first, { jkt: first.jkt, keyId, nowMs: now });
    expect(await store.sessions.rotate(rotation)).toMatchObject({ applied: true });
    expect(await store.sessions.owe(unanswered(rotation))).toBe(true);
    expect(sizeOf(await store.item(subject, sessionId))).toBeLessThan(1024);
    await store.sessions.revoke(subject, sessionId, 'account_dead', now);
    expect(sizeOf(await store.item(subject, sessionId))).toBeLessThan(1024);
  });

  test('attribute names and types are those of protocol.md §4', async () => {
    const first = largest();
    await store.sessions.create(first, expiryOf(first));
    await store.sessions.rotate(rotationOf(first, { jkt: first.jkt, nowMs: now }));
    await store.sessions.revoke(first.subject, first.sessionId, 'deleted', now);
    const item = (await store.item(first.subject, first.sessionId)) ?? {};
    const types = Object.entries(item).map(([name, value]) => `${name} ${Object.keys(value)[0]}`);
    expect(types.toSorted()).toEqual([
      'absoluteExpiry N',
      'channel S',
      'clientId S',
      'createdAt N',
      'currentHash S',
      'deviceName S',
      'epoch N',
      'expiresAt N',
      'generation N',
      'jkt S',
      'keyId S',
      'operationId S',
      'pk S',
      'previousHash S',
      'revokedReason S',
      'rotatedAt N',
      'scope S',
      'sk S',
      'status S',
      'userAgent S',
    ]);
    expect(item).toMatchObject({ pk: { S: `USER#${first.subject}` }, sk: { S: `SESSION#${first.sessionId}` } });
  });

  describe('requests', () => {
    const operations = () => store.proxy.calls.map((call) => call.operation);

    test('one for each method that succeeds', async () => {
      const session = newSession();
      await store.sessions.create(session, expiryOf(session));
      await store.sessions.rotate(rotationOf(session));
      await store.sessions.revoke(session.subject, session.sessionId, 'deleted', now);
      expect(operations()).toEqual(['PutItem', 'UpdateItem', 'UpdateItem']);
    });

    test('none more to learn why a condition failed, where the engine returns the old item', async () => {
      const session = newSession();
      await store.sessions.create(session, expiryOf(session));
      await store.sessions.rotate(rotationOf(session));
      store.proxy.clear();
      const second = await store.sessions.rotate(rotationOf(session));
      expect(second).toMatchObject({ applied: false, session: { generation: 1 } });
      expect(operations()).toEqual(returnsOldItems ? ['UpdateItem'] : ['UpdateItem', 'GetItem']);
    });

    test('every read is strongly consistent', async () => {
      const { subject, username } = newAccount();
      await store.sessions.rotate(rotationOf(newSession()));
      await store.accounts.findSubject(loginNameOf(username));
      await store.accounts.read(subject);
      await store.accounts.readWithSessions(subject);
      const reads = store.proxy.calls.filter(({ operation }) => operation === 'GetItem' || operation === 'Query');
      expect(reads.length).toBeGreaterThanOrEqual(3);
      expect(reads.filter(({ input }) => input.ConsistentRead !== true)).toEqual([]);
    });

    test('a partition of more than 1 MB takes more than one query', async () => {
      const { subject } = newAccount();
      const big = Array.from({ length: 30 }, () => newSession({ subject, deviceName: 'x'.repeat(50_000) }));
      await Promise.all(big.map((session) => store.sessions.create(session, expiryOf(session))));
      store.proxy.clear();
      expect((await store.accounts.readWithSessions(subject)).sessions.length).toBe(30);
      expect(operations()).toEqual(['Query', 'Query']);
    });
  });

  test('where the old item has to be read, a rotation that happens in between is seen as it is', async () => {
    const session = newSession();
    await store.sessions.create(session, expiryOf(session));
    const winner = rotationOf(session);
    let forwarded = false;
    store.proxy.intercept(async (call, forward) => {
      const answer = await forward();
      if (call.operation === 'UpdateItem' && !forwarded) {
        forwarded = true;
        await store.sessions.rotate(winner);
      }
      return answer;
    });
    const early = await store.sessions.rotate({ ...winner, presentedHash: 'another', successorHash: 'ours' });
    store.proxy.intercept(undefined);
    expect(early).toEqual({ applied: false, session: returnsOldItems ? session : rotated(session, winner) });
  });
}

/** Size as DynamoDB counts it: names and texts in UTF-8, numbers two digits a byte and one more. */
function sizeOf(item: Record<string, AttributeValue> | undefined): number {
  const sizes = Object.entries(item ?? {}).map(([name, value]) => {
    const size = value.S === undefined ? Math.ceil((value.N?.length ?? 0) / 2) + 1 : Buffer.byteLength(value.S);
    return Buffer.byteLength(name) + size;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}
