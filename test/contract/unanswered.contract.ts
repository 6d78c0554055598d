import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settlementOf } from '../../lambda/core/rotation.ts';
import type { Session } from '../../lambda/core/session.ts';
import { expiryOf, newSession, rotated, rotationOf, unanswered } from '../support/sessions.ts';
import type { StoreUnderTest } from '../support/store-under-test.ts';
import { day, defaultPolicy } from '../support/world.ts';

const { graceMs, floorMs } = defaultPolicy;

/** The note of a request that was not answered: left, obeyed, taken back. */
export function unansweredContract(open: () => Promise<StoreUnderTest>): void {
  let store: StoreUnderTest;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.stop());

  async function rotatedOnce() {
    const first = newSession();
    await store.sessions.create(first, expiryOf(first));
    const rotation = rotationOf(first);
    await store.sessions.rotate(rotation);
    return { first, rotation, second: rotated(first, rotation) };
  }
  const stored = ({ subject, sessionId }: Session) => store.session(subject, sessionId);

  describe('owe', () => {
    test('leaves the generation, and moves nothing else', async () => {
      const { rotation, second } = await rotatedOnce();
      expect(await store.sessions.owe(unanswered(rotation))).toBe(true);
      expect(await store.sessions.owe(unanswered(rotation))).toBe(true);
      expect(await stored(second)).toEqual({ ...second, unanswered: 1 });
    });

    test('up to the last millisecond of G, and no longer', async () => {
      const { rotation, second } = await rotatedOnce();
      expect(await store.sessions.owe(unanswered(rotation, rotation.nowMs + graceMs + 1))).toBe(false);
      expect(await stored(second)).toEqual(second);
      expect(await store.sessions.owe(unanswered(rotation, rotation.nowMs + graceMs))).toBe(true);
    });

    test.each([
      ['another secret', { presentedHash: 'another' }],
      ['a generation that is not there yet', { generation: 1 }],
      ['no such session', { sessionId: 'another' }],
    ])('%s: nothing is written', async (_, changes) => {
      const { rotation, second } = await rotatedOnce();
      expect(await store.sessions.owe({ ...unanswered(rotation), ...changes })).toBe(false);
      expect(await stored(second)).toEqual(second);
      expect(await store.session(rotation.subject, 'another')).toBeUndefined();
    });

    test('a session that is over owes nothing', async () => {
      const { rotation, second } = await rotatedOnce();
      await store.sessions.revoke(second.subject, second.sessionId, 'logged_out', rotation.nowMs);
      expect(await store.sessions.owe(unanswered(rotation))).toBe(false);
      expect(await stored(second)).not.toHaveProperty('unanswered');
    });
  });

  describe('settle', () => {
    async function owed() {
      const { rotation, second } = await rotatedOnce();
      await store.sessions.owe(unanswered(rotation));
      return { ...second, unanswered: 1 };
    }
    const later = (session: Session) => session.rotatedAt + day;

    test('takes the note back and counts from now; twice is once', async () => {
      const session = await owed();
      const { unanswered: _note, ...rest } = session;
      const settled = { applied: true, session: { ...rest, rotatedAt: later(session) } };
      expect(await store.sessions.settle(settlementOf(session, later(session), defaultPolicy))).toEqual(settled);
      expect(await store.sessions.settle(settlementOf(session, later(session), defaultPolicy))).toEqual(settled);
      expect(await stored(session)).toEqual(settled.session);
      const next = (nowMs: number) => rotationOf(settled.session, { nowMs });
      const rested = later(session) + floorMs;
      expect(await store.sessions.rotate(next(rested - 1))).toMatchObject({ applied: false });
      expect(await store.sessions.rotate(next(rested))).toMatchObject({ applied: true });
    });

    test('of two, one does it; the other sees when', async () => {
      const session = await owed();
      await store.sessions.settle(settlementOf(session, later(session), defaultPolicy));
      const second = await store.sessions.settle(settlementOf(session, later(session) + 1, defaultPolicy));
      expect(second).toMatchObject({ applied: false, session: { rotatedAt: later(session) } });
    });

    test('a session without the note, or one that is over, stays as it is', async () => {
      const { second } = await rotatedOnce();
      expect(await store.sessions.settle(settlementOf(second, later(second), defaultPolicy))).toEqual({
        applied: false,
        session: second,
      });
      const session = await owed();
      await store.sessions.revoke(session.subject, session.sessionId, 'logged_out', later(session));
      expect(await store.sessions.settle(settlementOf(session, later(session), defaultPolicy))).toMatchObject({
        applied: false,
        session: { status: 'revoked' },
      });
    });

    test('a clock that is behind moves nothing back', async () => {
      const session = await owed();
      const { rotatedAt } = session;
      expect(await store.sessions.settle(settlementOf(session, rotatedAt - 5, defaultPolicy))).toMatchObject({
        applied: true,
        session: { rotatedAt },
      });
    });
  });
}
