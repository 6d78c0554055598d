import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loginNameOf } from '../../lambda/core/username.ts';
import type { Intercept, ProxyAnswer } from '../support/counting-proxy.ts';
import type { DynamoUnderTest } from '../support/dynamo-under-test.ts';
import { hitting, loseAnswer } from '../support/fault-proxy.ts';
import { cheapHash } from '../support/passwords.ts';
import { expiryOf, hashOf, loginAt, newAccount, newSession, rotated, rotationOf } from '../support/sessions.ts';

const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);
const isWrite = ({ operation }: { operation: string }) => writes.has(operation);

/** Every write reaches the database twice, and the second answer counts. */
const twice: Intercept = async (call, forward): Promise<ProxyAnswer> => {
  if (isWrite(call)) await forward();
  return forward();
};

/** The SDK repeats writes whose answer it did not get: that never turns success into failure or theft. */
export function repetitionContract(open: () => Promise<DynamoUnderTest>): void {
  let store: DynamoUnderTest;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.stop());
  afterEach(() => store.proxy.intercept(undefined));

  const faults: readonly (readonly [string, () => Intercept, requests: number])[] = [
    ['every write is applied twice', () => twice, 1],
    ['the first answer is lost, and the SDK sends the write again', () => hitting(loseAnswer, isWrite, 1), 2],
  ];

  describe.each(faults)('%s', (_, fault, requests) => {
    async function created() {
      const session = newSession();
      await store.sessions.create(session, expiryOf(session));
      return session;
    }

    test('create: there once', async () => {
      const session = newSession();
      store.proxy.intercept(fault());
      store.proxy.clear();
      await store.sessions.create(session, expiryOf(session));
      expect(store.proxy.calls.filter(isWrite).length).toBe(requests);
      expect(await store.session(session.subject, session.sessionId)).toEqual(session);
    });

    test('rotate: the answer shows its own write', async () => {
      const session = await created();
      const rotation = rotationOf(session);
      store.proxy.intercept(fault());
      const result = await store.sessions.rotate(rotation);
      expect(result).toEqual({ applied: false, session: rotated(session, rotation) });
      expect(result.session?.currentHash).toBe(rotation.successorHash);
    });

    test('revoke: told as done, so that its event is published', async () => {
      const session = await created();
      store.proxy.intercept(fault());
      const result = await store.sessions.revoke(session.subject, session.sessionId, 'deleted', loginAt);
      expect(result).toEqual({ outcome: 'revoked' });
      const { subject, sessionId } = session;
      expect(await store.session(subject, sessionId)).toMatchObject({ status: 'revoked', revokedReason: 'deleted' });
    });

    test('accounts: created and rehashed', async () => {
      const account = newAccount();
      store.proxy.intercept(fault());
      await store.accounts.create(account, loginAt);
      expect(await store.accounts.findSubject(loginNameOf(account.username))).toBe(account.subject);
      store.proxy.intercept(fault());
      expect(await store.accounts.rehash(account.subject, cheapHash('correct horse'), hashOf('new'))).toBe(true);
    });

    test('accounts: a credential change and a revoke-all are done, and done once', async () => {
      const account = newAccount();
      const { subject, epoch } = account;
      await store.accounts.create(account, loginAt);
      const onlyIf = { epoch, passwordHash: cheapHash('correct horse') };
      const set = { passwordHash: hashOf('new') };
      store.proxy.intercept(fault());
      const changed = await store.accounts.revokeSessions({ subject, set, onlyIf });
      expect(changed).toMatchObject({ applied: true, account: { epoch: epoch + 1, ...set } });
      store.proxy.intercept(fault());
      const revoked = await store.accounts.revokeSessions({ subject });
      expect(revoked).toMatchObject({ applied: true, account: { epoch: epoch + 2 } });
      store.proxy.intercept(fault());
      expect(await store.accounts.enable(subject)).toBe(true);
    });
  });
}
