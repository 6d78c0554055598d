import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Rotation } from '../../lambda/core/rotation.ts';
import type { Session, SessionPolicy } from '../../lambda/core/session.ts';
import { buried, expiryOf, hashOf, loginAt, newSession, rotated, rotationOf } from '../support/sessions.ts';
import type { OpenStore, StoreUnderTest } from '../support/store-under-test.ts';
import { day, defaultPolicy } from '../support/world.ts';

const { floorMs, idleMs } = defaultPolicy;

/** rotate(): one write, on every condition of protocol.md §5. */
export function rotateContract(open: OpenStore): void {
  let store: StoreUnderTest;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.stop());

  /** A session at generation 1. */
  async function atGeneration1(changes: Partial<Session> = {}): Promise<Session> {
    const first = newSession(changes);
    await store.sessions.create(first, expiryOf(first));
    const rotation = rotationOf(first, { jkt: first.jkt, nowMs: loginAt });
    await store.sessions.rotate(rotation);
    return rotated(first, rotation);
  }

  test('a rotation sets what it should, keeps the rest, and answers with the session after it', async () => {
    const first = newSession({ jkt: 'thumbprint' });
    await store.sessions.create(first, expiryOf(first));
    const rotation = rotationOf(first, { jkt: 'thumbprint', nowMs: loginAt + 5 });
    const result = await store.sessions.rotate(rotation);
    expect(result).toEqual({ applied: true, session: rotated(first, rotation) });
    expect(await store.session(first.subject, first.sessionId)).toEqual(rotated(first, rotation));
  });

  test('only a login may rotate at once', async () => {
    const session = await atGeneration1();
    const result = await store.sessions.rotate(rotationOf(session, { nowMs: session.rotatedAt }));
    expect(result).toEqual({ applied: false, session });
  });

  test('what is not there is not created', async () => {
    const never = newSession();
    expect(await store.sessions.rotate(rotationOf(never))).toEqual({ applied: false, session: undefined });
    expect(await store.session(never.subject, never.sessionId)).toBeUndefined();
  });

  test('what was deleted does not come back', async () => {
    const session = await atGeneration1();
    await store.deleteSession(session.subject, session.sessionId);
    expect(await store.sessions.rotate(rotationOf(session))).toEqual({ applied: false, session: undefined });
    expect(await store.session(session.subject, session.sessionId)).toBeUndefined();
  });

  type Case = readonly [
    name: string,
    applied: boolean,
    changes: {
      session?: Partial<Session>;
      rotation?: Partial<Omit<Rotation, 'bounds'>>;
      policy?: Partial<SessionPolicy>;
    },
  ];
  const now = loginAt + floorMs;
  const cases: readonly Case[] = [
    ['nothing amiss', true, {}],
    ['the generation before', false, { rotation: { generation: 0 } }],
    ['the generation after', false, { rotation: { generation: 2 } }],
    ['another secret', false, { rotation: { presentedHash: hashOf('another') } }],
    ['the secret before', false, { rotation: { presentedHash: hashOf('secret 0') } }],
    ['another client', false, { rotation: { clientId: 'other' } }],
    ['another channel', false, { rotation: { channel: 'cookie' } }],
    ['bound, no key proved', false, { session: { jkt: 'key' } }],
    ['bound, another key proved', false, { session: { jkt: 'key' }, rotation: { jkt: 'other' } }],
    ['bound, its key proved', true, { session: { jkt: 'key' }, rotation: { jkt: 'key' } }],
    ['not bound, a key proved', true, { rotation: { jkt: 'key' } }],
    ['created when everyone was logged out', true, { policy: { notBefore: loginAt } }],
    ['created a millisecond before', false, { policy: { notBefore: loginAt + 1 } }],
    ['a millisecond before its absolute end', true, { session: { absoluteExpiry: now + 1 } }],
    ['at its absolute end', false, { session: { absoluteExpiry: now } }],
    ['a millisecond before the absolute lifetime of today', true, { policy: { absoluteMs: floorMs + 1 } }],
    ['at the absolute lifetime of today', false, { policy: { absoluteMs: floorMs } }],
    ['a millisecond before its idle end', true, { rotation: { nowMs: loginAt + idleMs - 1 } }],
    ['at its idle end', false, { rotation: { nowMs: loginAt + idleMs } }],
    ['at the floor', true, { rotation: { nowMs: loginAt + floorMs } }],
    ['a millisecond before the floor', false, { rotation: { nowMs: loginAt + floorMs - 1 } }],
    ['no floor, the same millisecond', true, { policy: { floorMs: 0 }, rotation: { nowMs: loginAt } }],
    // Two functions, two clocks.
    ['a clock that is behind', false, { rotation: { nowMs: loginAt - 5 } }],
  ];
  test.each(cases)('%s: applied %s', async (_, applied, { session: made, rotation: asked, policy }) => {
    const session = await atGeneration1(made);
    const rotation = rotationOf(session, asked, policy);
    const after = applied ? rotated(session, rotation) : session;
    expect(await store.sessions.rotate(rotation)).toEqual({ applied, session: after });
    expect(await store.session(session.subject, session.sessionId)).toEqual(after);
  });

  test('a tombstone does not rotate, and shows itself', async () => {
    const session = await atGeneration1();
    await store.sessions.revoke(session.subject, session.sessionId, 'logged_out', now);
    const tombstone = buried(session, 'logged_out');
    expect(await store.sessions.rotate(rotationOf(session))).toEqual({ applied: false, session: tombstone });
  });

  test('a rotation is idle + 1 day from deletion', async () => {
    const session = await atGeneration1();
    await store.sessions.rotate(rotationOf(session, {}, { idleMs: 3 * day }));
    const seconds = Math.ceil((now + 3 * day) / 1000) + 86_400;
    expect(await store.expiresAt(session.subject, session.sessionId)).toBe(seconds);
  });

  describe('races', () => {
    test('of twenty rotations with one token, exactly one happens, and the others see its result', async () => {
      const session = await atGeneration1();
      const rotations = Array.from({ length: 20 }, (_, index) =>
        rotationOf(session, { successorHash: hashOf(`successor ${index}`) }),
      );
      const results = await Promise.all(rotations.map((rotation) => store.sessions.rotate(rotation)));
      const winners = rotations.filter((_, index) => results[index]?.applied);
      expect(winners.length).toBe(1);
      const after = rotated(session, winners[0] as Rotation);
      expect(results.map((result) => result.session)).toEqual(Array(20).fill(after));
    });

    test('whatever wins, a revoked session stays revoked and does not rotate again', async () => {
      for (let round = 0; round < 10; round += 1) {
        const session = await atGeneration1();
        const { subject, sessionId } = session;
        const rotation = rotationOf(session);
        const [rotation1, revoked] = await Promise.all([
          store.sessions.rotate(rotation),
          store.sessions.revoke(subject, sessionId, 'reused', now),
        ]);
        expect(revoked).toEqual({ outcome: 'revoked' });
        const left = await store.session(subject, sessionId);
        expect(left).toEqual(buried(rotation1.applied ? rotated(session, rotation) : session, 'reused'));
        const again = await store.sessions.rotate(rotationOf(left as Session));
        expect(again).toEqual({ applied: false, session: left });
      }
    });
  });
}
