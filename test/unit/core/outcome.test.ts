import { describe, expect, test } from 'vitest';
import { judge } from '../../../lambda/core/outcome.ts';
import type { Rotation } from '../../../lambda/core/rotation.ts';
import { inactiveReason, type Session } from '../../../lambda/core/session.ts';
import { day, defaultPolicy as policy } from '../../support/world.ts';

/** The table of protocol.md §5, row by row and edge by edge. */

const now = 1_900_000_000_000;

/** A token of generation 5 is presented. */
const rotation: Omit<Rotation, 'bounds'> = {
  subject: 's',
  sessionId: 'i',
  clientId: 'app',
  channel: 'body',
  jkt: undefined,
  generation: 5,
  presentedHash: 'hash 5',
  successorHash: 'our hash 6',
  nonce: 'our nonce',
  keyId: 'k1',
  nowMs: now,
};

const at = (generation: number, changes: Partial<Session> = {}): Session => ({
  subject: 's',
  sessionId: 'i',
  generation,
  currentHash: `hash ${generation}`,
  previousHash: `hash ${generation - 1}`,
  nonce: 'n',
  keyId: 'k1',
  epoch: 1,
  scopes: [],
  status: 'active',
  clientId: 'app',
  channel: 'body',
  createdAt: now - day,
  rotatedAt: now - policy.graceMs,
  absoluteExpiry: now + day,
  ...changes,
});

function rowOf(session: Session | undefined, with_: Partial<Rotation> = {}, limits: Partial<typeof policy> = {}) {
  const outcome = judge({ ...rotation, ...with_ }, { applied: false, session }, { ...policy, ...limits });
  return outcome && ('reason' in outcome ? `${outcome.row}: ${outcome.reason}` : outcome.row);
}

test('a write that took effect is a rotation, with the session after it', () => {
  const session = at(6);
  expect(judge(rotation, { applied: true, session }, policy)).toEqual({ row: 'rotated', session });
});

describe('A: dead', () => {
  test.each<[string, Session | undefined, Partial<Rotation>]>([
    ['session_unknown', undefined, {}],
    ['session_revoked', at(5, { status: 'revoked' }), {}],
    ['session_expired', at(5, { absoluteExpiry: now }), {}],
    ['session_expired', at(5, { absoluteExpiry: now - 1 }), {}],
    // The lifetime was shortened since the login.
    ['session_expired', at(5, { createdAt: now - policy.absoluteMs }), {}],
    ['session_expired', at(5, { rotatedAt: now - policy.idleMs }), {}],
    ['session_expired', at(5, { rotatedAt: now - policy.idleMs - 1 }), {}],
    ['client_mismatch', at(5, { clientId: 'other' }), {}],
    ['channel_mismatch', at(5, { channel: 'cookie' }), {}],
    ['key_mismatch', at(5, { jkt: 'its key' }), {}],
    ['key_mismatch', at(5, { jkt: 'its key' }), { jkt: 'another key' }],
  ])('%s', (reason, session, with_) => {
    expect(rowOf(session, with_)).toBe(`dead: ${reason}`);
  });

  test('created before everyone was logged out', () => {
    const session = at(6);
    expect(rowOf(session, {}, { notBefore: session.createdAt + 1 })).toBe('dead: session_too_old');
    expect(rowOf(session, {}, { notBefore: session.createdAt })).toBe('retry');
  });

  test('a millisecond before its ends it lives', () => {
    expect(inactiveReason(at(5, { absoluteExpiry: now + 1 }), now, policy)).toBeUndefined();
    expect(inactiveReason(at(5, { rotatedAt: now - policy.idleMs + 1 }), now, policy)).toBeUndefined();
  });

  test('it goes before every other row', () => {
    const dead = { status: 'revoked' } as const;
    for (const session of [at(4, dead), at(5, dead), at(6, dead), at(9, dead), at(6, { ...dead, currentHash: 'x' })]) {
      expect(rowOf(session)).toBe('dead: session_revoked');
    }
  });
});

describe('B: impossible, no session ends', () => {
  test.each<[string, Session]>([
    ['a generation that the table has not reached', at(4)],
    ['the same, whatever the item says of the one before', at(4, { previousHash: 'hash 5' })],
    ['the generation, another secret', at(5, { currentHash: 'x' })],
    ['the generation before, another secret', at(6, { previousHash: 'x' })],
  ])('%s', (_, session) => {
    expect(rowOf(session)).toBe('impossible: token_impossible');
  });

  test('a successor that is ours does not excuse a secret that is not the predecessor', () => {
    expect(rowOf(at(6, { currentHash: 'our hash 6', previousHash: 'x' }))).toBe('impossible: token_impossible');
  });
});

describe('C: own write', () => {
  const own = { currentHash: 'our hash 6' };

  test('the item holds what this very call computed', () => {
    expect(rowOf(at(6, own))).toBe('own_write');
  });

  test('also where no retry is excused', () => {
    expect(rowOf(at(6, { ...own, rotatedAt: now }), {}, { graceMs: 0, floorMs: 0 })).toBe('own_write');
  });
});

describe('D: too soon', () => {
  test.each([
    [policy.floorMs - 1, 'too_soon'],
    [0, 'too_soon'],
    // Two functions, two clocks.
    [-500, 'too_soon'],
    // The store would have rotated it: no answer is better than a wrong one.
    [policy.floorMs, undefined],
    [policy.floorMs + 1, undefined],
  ])('rotated %i ms ago', (age, row) => {
    expect(rowOf(at(5, { rotatedAt: now - age }))).toBe(row);
  });

  test('a login does not rest', () => {
    const login = at(0, { rotatedAt: now });
    expect(rowOf(login, { generation: 0, presentedHash: 'hash 0' })).toBeUndefined();
  });

  test('with F = 0 there is no such row', () => {
    expect(rowOf(at(5, { rotatedAt: now }), {}, { graceMs: 0, floorMs: 0 })).toBeUndefined();
  });
});

describe('E and F: retry or reuse', () => {
  test.each([
    [policy.graceMs - 1, 'retry'],
    [policy.graceMs, 'retry'],
    [policy.graceMs + 1, 'reuse'],
    [-500, 'retry'],
  ])('the predecessor, %i ms after the rotation', (age, row) => {
    expect(rowOf(at(6, { rotatedAt: now - age }))).toBe(row);
  });

  test('G = 0 means strict rotation: even in the same millisecond it is reuse', () => {
    for (const age of [-1, 0, 1]) {
      expect(rowOf(at(6, { rotatedAt: now - age }), {}, { graceMs: 0, floorMs: 0 })).toBe('reuse');
    }
  });

  test('a session bound to a client key excuses its predecessor for the whole idle lifetime', () => {
    const bound = at(6, { jkt: 'its key', rotatedAt: now - policy.idleMs + 1 });
    expect(rowOf(bound, { jkt: 'its key' })).toBe('retry');
    expect(rowOf(bound, { jkt: 'its key' }, { graceMs: 0, floorMs: 0 })).toBe('retry');
  });

  test('an unanswered request excuses the predecessor until it is answered', () => {
    const late = { rotatedAt: now - policy.graceMs - day };
    expect(rowOf(at(6, { ...late, unanswered: 6 }))).toBe('retry');
    expect(rowOf(at(6, { ...late, unanswered: 5 }))).toBe('reuse');
    expect(rowOf(at(7, { ...late, unanswered: 7 }))).toBe('reuse');
  });

  test('and only the predecessor', () => {
    for (const jkt of [undefined, 'its key']) {
      const session = at(7, jkt === undefined ? {} : { jkt });
      expect(rowOf(session, { jkt })).toBe('reuse');
      expect(rowOf({ ...session, rotatedAt: now }, { jkt })).toBe('reuse');
    }
  });
});
