import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../lambda/core/account.ts';
import { cheapHash } from '../support/passwords.ts';
import { expiryOf, loginAt, newAccount, newSession } from '../support/sessions.ts';
import type { OpenStore, StoreUnderTest } from '../support/store-under-test.ts';

/** The writes that decide over every session of a subject, and the reads that they rest on. */
export function revokeAllContract(open: OpenStore): void {
  let store: StoreUnderTest;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.stop());

  const passwordHash = cheapHash('correct horse');
  const created = async (changes: Partial<Account> = {}) => {
    const account = newAccount(changes);
    await store.accounts.create(account, loginAt);
    return account;
  };

  test('a session is read as it is', async () => {
    const session = newSession();
    await store.sessions.create(session, expiryOf(session));
    expect(await store.sessions.read(session.subject, session.sessionId)).toEqual(session);
    expect(await store.sessions.read(session.subject, 'another')).toBeUndefined();
    expect(await store.sessions.read('another', session.sessionId)).toBeUndefined();
  });

  test.each([
    [4, 'revoked'],
    [3, 'active'],
  ])('a tombstone for sessions of an epoch below %i: %s', async (epochBelow, status) => {
    const session = newSession({ epoch: 3 });
    const { subject, sessionId } = session;
    await store.sessions.create(session, expiryOf(session));
    await store.sessions.revoke(subject, sessionId, 'revoked_all', 0, { epochBelow });
    expect(await store.session(subject, sessionId)).toMatchObject({ status });
  });

  describe('revokeSessions', () => {
    test('an expiry of the password lasts until the next one, and a new one comes with it', async () => {
      const { subject } = await created({ passwordHash });
      const change = async (set: { passwordHash?: string; passwordExpiresAt?: number; email?: string }) => {
        await store.accounts.revokeSessions({ subject, set });
        return (await store.accounts.read(subject))?.passwordExpiresAt;
      };
      expect(await change({ passwordHash: 'of a reset', passwordExpiresAt: loginAt })).toBe(loginAt);
      expect(await change({})).toBe(loginAt);
      expect(await change({ passwordHash: 'chosen' })).toBeUndefined();
    });

    test('raises the epoch and keeps no session', async () => {
      const account = await created({ kept: 'a session' });
      const { kept: _, ...after } = { ...account, epoch: account.epoch + 1 };
      const result = await store.accounts.revokeSessions({ subject: account.subject });
      expect(result).toEqual({ applied: true, account: after });
      expect(await store.accounts.read(account.subject)).toEqual(after);
    });

    test('keeps one and sets what changes, in the same write', async () => {
      const account = await created();
      const set = { passwordHash: 'new', email: 'new@example.com', status: 'disabled' } as const;
      const onlyIf = { epoch: account.epoch, passwordHash };
      const change = { subject: account.subject, kept: 'this one', set, onlyIf };
      const after = { ...account, ...set, kept: 'this one', epoch: account.epoch + 1 };
      expect(await store.accounts.revokeSessions(change)).toEqual({ applied: true, account: after });
      expect(await store.accounts.read(account.subject)).toEqual(after);
    });

    test.each([
      ['epoch', { epoch: 2 }],
      ['password hash', { epoch: 3, passwordHash: 'another' }],
    ])('changes nothing when the %s is not the one that was verified', async (_, onlyIf) => {
      const account = await created();
      const change = { subject: account.subject, set: { passwordHash: 'new' }, onlyIf };
      expect(await store.accounts.revokeSessions(change)).toEqual({ applied: false, account });
      expect(await store.accounts.read(account.subject)).toEqual(account);
    });

    test('the same operation twice is one', async () => {
      const { subject, epoch } = await created();
      const change = { subject, operationId: 'an event' };
      await store.accounts.revokeSessions(change);
      expect(await store.accounts.revokeSessions(change)).toMatchObject({
        applied: true,
        account: { epoch: epoch + 1 },
      });
    });

    test('no account comes of it', async () => {
      expect(await store.accounts.revokeSessions({ subject: 'nobody' })).toEqual({
        applied: false,
        account: undefined,
      });
      expect(await store.accounts.enable('nobody')).toBe(false);
      expect(await store.accounts.read('nobody')).toBeUndefined();
    });

    test('of ten changes that verified the same password, exactly one takes effect', async () => {
      const { subject, epoch } = await created();
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          store.accounts.revokeSessions({
            subject,
            set: { passwordHash: `new ${index}` },
            onlyIf: { epoch, passwordHash },
          }),
        ),
      );
      const winner = results.findIndex((result) => result.applied);
      expect(results.filter((result) => result.applied).length).toBe(1);
      const left = await store.accounts.read(subject);
      expect(left).toMatchObject({ epoch: epoch + 1, passwordHash: `new ${winner}` });
    });
  });

  test('enable lets a disabled account in again; its old sessions stay dead', async () => {
    const account = await created();
    await store.accounts.revokeSessions({ subject: account.subject, set: { status: 'disabled' } });
    expect(await store.accounts.enable(account.subject)).toBe(true);
    expect(await store.accounts.read(account.subject)).toEqual({ ...account, epoch: account.epoch + 1 });
  });
}
