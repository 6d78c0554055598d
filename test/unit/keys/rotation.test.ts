import { describe, expect, test } from 'vitest';
import { isRatchetKey, newRatchetKey } from '../../../lambda/keys/new-keys.ts';
import { cachePeriodMs } from '../../../lambda/keys/ring-source.ts';
import type { RatchetRing } from '../../../lambda/keys/rings.ts';
import {
  decide,
  dueSlackMs,
  keptMarginMs,
  knownEverywhereMs,
  ratchetRules,
  rotationPolicy,
} from '../../../lambda/keys/rotation.ts';
import { parseRing } from '../../../lambda/keys/secrets.ts';
import { day, rotationSettings } from '../../support/rotation-settings.ts';

const made = 1_900_000_123_457;
const policy = rotationPolicy(rotationSettings);
const rules = ratchetRules(policy, newRatchetKey);
const ring: RatchetRing = { version: 1, next: newRatchetKey(made), current: newRatchetKey(made), previous: [] };

const at = (age: number, { force = false, since = made } = {}) =>
  decide(ring, rules, policy.periodMs, { now: made + age, force, nextKnownSince: since });

describe('when', () => {
  test.each([
    ['young', day, 'not_due'],
    ['a moment before the slack of the daily run', 30 * day - dueSlackMs - 1, 'not_due'],
    ['as old as the period, but for the slack', 30 * day - dueSlackMs, 'rotated'],
    ['long overdue', 300 * day, 'rotated'],
    ['made in the future: a clock was set back', -day, 'not_due'],
  ] as const)('%s: age %i ms is %s', async (_, age, outcome) => {
    expect((await at(age)).outcome).toBe(outcome);
  });

  test('force does not wait for the period, but until next is known everywhere', async () => {
    expect((await at(knownEverywhereMs, { force: true })).outcome).toBe('rotated');
    expect((await at(knownEverywhereMs - 1, { force: true })).outcome).toBe('too_early');
    expect((await at(0, { force: true })).outcome).toBe('too_early');
  });

  test('next must be known for long enough even when the period is over: it was published late', async () => {
    const published = made + 40 * day - knownEverywhereMs;
    expect((await at(40 * day, { since: published + 1 })).outcome).toBe('too_early');
    expect((await at(40 * day, { since: published })).outcome).toBe('rotated');
  });

  test('that time covers every cache in a row: metadata function, its answer, verifiers, rings', () => {
    expect(knownEverywhereMs).toBeGreaterThanOrEqual(60_000 + 300_000 + 600_000);
    expect(knownEverywhereMs).toBeGreaterThan(cachePeriodMs);
  });
});

describe('what', () => {
  test('next becomes current, current previous, and next is new', async () => {
    const { ring: after } = await at(30 * day);
    expect(after).toMatchObject({ version: 1, current: ring.next });
    expect(after?.previous).toEqual([{ ...ring.current, retiredAt: made + 30 * day }]);
    expect(after?.next.createdAt).toBe(made + 30 * day);
    expect([ring.next.keyId, ring.current.keyId]).not.toContain(after?.next.keyId);
  });

  test('what was decided can be read back as a ring', async () => {
    const { ring: after } = await at(30 * day);
    expect(parseRing(JSON.stringify(after), isRatchetKey)).toEqual(after);
  });

  test('nothing to do: the ring is not written', async () => {
    expect(await at(day)).toEqual({ outcome: 'not_due', dropped: 0, ring: undefined });
  });
});

describe('what is kept', () => {
  const late = cachePeriodMs + keptMarginMs;

  test('until the last token is over: a late last use, and the margin', () => {
    expect(policy).toEqual({
      periodMs: 30 * day,
      signingKeptMs: 600_000 + late,
      tagKeptMs: 20 * day + 30_000 + late,
      chainKeptMs: 14 * day + late,
    });
    // A lower accessTokenTtlSeconds must not cut off tokens of the old length.
    expect(policy.signingKeptMs).toBeGreaterThanOrEqual(3_600_000 + cachePeriodMs);
  });

  test('bound sessions are excused for the idle lifetime', () => {
    const bound = rotationPolicy({ ...rotationSettings, boundSessions: true });
    expect(bound).toMatchObject({ tagKeptMs: 34 * day + late, chainKeptMs: 14 * day + late });
  });

  const keptAfter = async (ms: number) => {
    const previous = [{ ...newRatchetKey(0), retiredAt: made }];
    const moment = { now: made + ms, force: false, nextKnownSince: made };
    return decide({ ...ring, previous }, rules, policy.periodMs, moment);
  };

  test('a ratchet key loses its chain key, then goes', async () => {
    expect((await keptAfter(policy.chainKeptMs)).ring).toBeUndefined();
    const withoutChain = await keptAfter(policy.chainKeptMs + 1);
    expect(withoutChain.dropped).toBe(0);
    expect(withoutChain.ring?.previous).toMatchObject([{ chainKey: '', tagKey: expect.stringMatching(/.{43}/) }]);
    expect(parseRing(JSON.stringify(withoutChain.ring), isRatchetKey)).toEqual(withoutChain.ring);
    expect((await keptAfter(policy.tagKeptMs)).ring?.previous).toHaveLength(1);
    expect(await keptAfter(policy.tagKeptMs + 1)).toMatchObject({
      outcome: 'not_due',
      dropped: 1,
      ring: { previous: [] },
    });
  });

  test('a ring without news is not written every day', async () => {
    const previous = [{ ...newRatchetKey(0), retiredAt: made, chainKey: '' }];
    const moment = { now: made + day, force: false, nextKnownSince: made };
    expect((await decide({ ...ring, previous }, rules, policy.periodMs, moment)).ring).toBeUndefined();
  });

  test('only a retired key may lack its chain key', () => {
    const withoutChain = { ...newRatchetKey(0), chainKey: '' };
    expect(isRatchetKey(withoutChain)).toBe(false);
    expect(isRatchetKey({ ...withoutChain, retiredAt: 5 })).toBe(true);
  });

  test('a previous key without a time of retirement stays', async () => {
    const moment = { now: made + 900 * day, force: false, nextKnownSince: made };
    const { ring: left } = await decide({ ...ring, previous: [newRatchetKey(0)] }, rules, policy.periodMs, moment);
    expect(left?.previous).toHaveLength(2);
  });
});
