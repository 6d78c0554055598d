import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RevokeConditions } from '../../lambda/core/session-store.ts';
import { expectUnavailable } from '../support/expect.ts';
import { expiryOf, hashOf, loginAt, newAccount, newSession, rotated, rotationOf } from '../support/sessions.ts';
import type { OpenStore, StoreUnderTest } from '../support/store-under-test.ts';
import { day, defaultPolicy } from '../support/world.ts';

/** create(), revoke(), list() and deleteTombstone(). */
export function sessionsContract(open: OpenStore): void {
  let store: StoreUnderTest;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.stop());

  const created = async (changes: Parameters<typeof newSession>[0] = {}) => {
    const session = newSession(changes);
    await store.sessions.create(session, expiryOf(session));
    return session;
  };

  describe('create', () => {
    test.each([
      ['all that a session can have', { jkt: 'thumbprint', channel: 'cookie', scopes: ['a', 'b:c', 'd/e'] }],
      ['no scope', { scopes: [] }],
      ['characters of every kind', { deviceName: 'é ☎ 𝒳 "\\ ', userAgent: "'; --", clientId: '#$~' }],
    ] as const)('reads back as it was: %s', async (_, changes) => {
      const session = await created(changes);
      expect(await store.session(session.subject, session.sessionId)).toEqual(session);
    });

    test('without the optional attributes', async () => {
      const { deviceName: _name, userAgent: _agent, ...session } = newSession();
      await store.sessions.create(session, expiryOf(session));
      expect(await store.session(session.subject, session.sessionId)).toEqual(session);
    });

    test('twice is once', async () => {
      const session = await created();
      await store.sessions.create(session, expiryOf(session));
      expect(await store.session(session.subject, session.sessionId)).toEqual(session);
    });

    test('never overwrites another session', async () => {
      const session = await created();
      const other = { ...session, currentHash: hashOf('another secret'), epoch: 9 };
      await expectUnavailable(store.sessions.create(other, expiryOf(other)), 'session_id_taken');
      expect(await store.session(session.subject, session.sessionId)).toEqual(session);
    });

    test('sets the TTL attribute', async () => {
      const session = newSession();
      await store.sessions.create(session, 1_900_000_777);
      expect(await store.expiresAt(session.subject, session.sessionId)).toBe(1_900_000_777);
    });
  });

  describe('revoke', () => {
    const now = loginAt + 7;

    test('leaves a tombstone that keeps the rest of the session', async () => {
      const session = await created();
      const result = await store.sessions.revoke(session.subject, session.sessionId, 'deleted', now);
      expect(result).toEqual({ outcome: 'revoked' });
      const tombstone = { ...session, status: 'revoked', revokedReason: 'deleted' };
      expect(await store.session(session.subject, session.sessionId)).toEqual(tombstone);
    });

    test('a second time changes nothing and shows the first', async () => {
      const session = await created();
      const { subject, sessionId } = session;
      await store.sessions.revoke(subject, sessionId, 'deleted', now);
      const expiresAt = await store.expiresAt(subject, sessionId);
      const again = await store.sessions.revoke(subject, sessionId, 'reused', now + day);
      const tombstone = { ...session, status: 'revoked', revokedReason: 'deleted' };
      expect(again).toEqual({ outcome: 'unchanged', session: tombstone });
      expect(await store.expiresAt(subject, sessionId)).toBe(expiresAt);
    });

    test('a tombstone expires after one day', async () => {
      const session = await created();
      await store.sessions.revoke(session.subject, session.sessionId, 'deleted', now);
      expect(await store.expiresAt(session.subject, session.sessionId)).toBe(Math.ceil(now / 1000) + 86_400);
    });

    test('what was never there, or was deleted, does not come back as a tombstone', async () => {
      const session = await created();
      await store.deleteSession(session.subject, session.sessionId);
      for (const { subject, sessionId } of [session, newSession()]) {
        const result = await store.sessions.revoke(subject, sessionId, 'reused', now);
        expect(result).toEqual({ outcome: 'unchanged', session: undefined });
        expect(await store.session(subject, sessionId)).toBeUndefined();
      }
    });

    const conditions: readonly (readonly [RevokeConditions, boolean])[] = [
      [{}, true],
      [{ clientId: 'app' }, true],
      [{ clientId: 'other' }, false],
      [{ epoch: 3 }, true],
      [{ epoch: 4 }, false],
      [{ rotatedAt: loginAt }, true],
      [{ rotatedAt: loginAt - 1 }, false],
      [{ clientId: 'app', epoch: 3, rotatedAt: loginAt }, true],
      [{ clientId: 'app', epoch: 3, rotatedAt: loginAt + 1 }, false],
    ];
    test.each(conditions)('on condition %j: %s', async (condition, holds) => {
      const session = await created();
      const result = await store.sessions.revoke(session.subject, session.sessionId, 'evicted', now, condition);
      expect(result).toEqual(holds ? { outcome: 'revoked' } : { outcome: 'unchanged', session });
      const left = await store.session(session.subject, session.sessionId);
      expect(left?.status).toBe(holds ? 'revoked' : 'active');
    });

    test('of twenty at once one did it', async () => {
      const { subject, sessionId } = await created();
      const results = await Promise.all(
        Array.from({ length: 20 }, () => store.sessions.revoke(subject, sessionId, 'deleted', now)),
      );
      expect(results.filter((result) => result.outcome === 'revoked').length).toBe(1);
    });

    test('deleteTombstone deletes a tombstone, and never a session that is active', async () => {
      const session = await created();
      const { subject, sessionId } = session;
      await store.sessions.deleteTombstone(subject, sessionId);
      expect(await store.session(subject, sessionId)).toEqual(session);
      await store.sessions.revoke(subject, sessionId, 'deleted', now);
      await store.sessions.deleteTombstone(subject, sessionId);
      await store.sessions.deleteTombstone(subject, sessionId);
      expect(await store.session(subject, sessionId)).toBeUndefined();
    });

    test('a session whose tombstone was deleted does not come back by any write', async () => {
      const session = await created();
      const { subject, sessionId } = session;
      await store.sessions.revoke(subject, sessionId, 'deleted', now);
      await store.sessions.deleteTombstone(subject, sessionId);
      expect(await store.sessions.rotate(rotationOf(session))).toEqual({ applied: false, session: undefined });
      expect(await store.sessions.revoke(subject, sessionId, 'reused', now)).toMatchObject({ outcome: 'unchanged' });
      expect(await store.session(subject, sessionId)).toBeUndefined();
    });

    test('a session that was used since it was seen is not evicted', async () => {
      const session = await created();
      const rotation = rotationOf(session, { nowMs: loginAt + defaultPolicy.floorMs });
      await store.sessions.rotate(rotation);
      const seen = { rotatedAt: session.rotatedAt };
      const result = await store.sessions.revoke(session.subject, session.sessionId, 'evicted', now, seen);
      expect(result).toEqual({ outcome: 'unchanged', session: rotated(session, rotation) });
    });
  });

  describe('list', () => {
    test('lists sessions and tombstones separately, with the time of their end; no other user’s items and not the account', async () => {
      const account = newAccount();
      await store.accounts.create(account, loginAt);
      const [active, dead] = [await created({ subject: account.subject }), await created({ subject: account.subject })];
      await created({ subject: `${account.subject}2` });
      await store.sessions.revoke(account.subject, dead.sessionId, 'deleted', loginAt + 7000);
      const endedAt = Math.ceil((loginAt + 7000) / 1000) * 1000;
      expect(await store.sessions.list(account.subject, 10)).toEqual({
        sessions: [active],
        tombstones: [{ sessionId: dead.sessionId, endedAt }],
      });
    });

    test('no more than asked for', async () => {
      const { subject } = await created();
      for (let count = 0; count < 5; count += 1) await created({ subject });
      expect((await store.sessions.list(subject, 4)).sessions).toHaveLength(4);
      expect(await store.sessions.list('nobody', 4)).toEqual({ sessions: [], tombstones: [] });
    });
  });
}
