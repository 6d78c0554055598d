import { beforeAll, expect, test } from 'vitest';
import { maxPreviousKeys, maxRingBytes } from '../../../lambda/contract/key-rotation.ts';
import { newRatchetKey, newSigningKey } from '../../../lambda/keys/new-keys.ts';
import { publishedJwks } from '../../../lambda/keys/publish.ts';
import type { RatchetRing, SigningRing } from '../../../lambda/keys/rings.ts';
import {
  decide,
  knownEverywhereMs,
  ratchetRules,
  rotationPolicy,
  signingRules,
} from '../../../lambda/keys/rotation.ts';
import { resolveSettings } from '../../../lib/resolve-settings.ts';
import { day, rotationSettings } from '../../support/rotation-settings.ts';

const made = 1_900_000_123_457;
const policy = rotationPolicy(rotationSettings);
const rules = ratchetRules(policy, newRatchetKey);
const ring: RatchetRing = { version: 1, next: newRatchetKey(made), current: newRatchetKey(made), previous: [] };

let signing: SigningRing;
beforeAll(async () => {
  signing = { version: 1, next: await newSigningKey(made), current: await newSigningKey(made), previous: [] };
});

/** Rotates as often as it can, and returns the most keys that a ring had and what stopped it. */
async function rotateFor<K extends { readonly createdAt: number; readonly retiredAt?: number }>(
  start: { version: 1; next: K; current: K; previous: readonly K[] },
  ofRing: Parameters<typeof decide<K>>[1],
  stepMs: number,
  runs: number,
) {
  let now = made;
  let current = start;
  let most = 0;
  for (let run = 0; run < runs; run += 1) {
    now += stepMs;
    const decision = await decide(current, ofRing, stepMs, { now, force: true, nextKnownSince: 0 });
    if (decision.outcome !== 'rotated') return { outcome: decision.outcome, most, last: current };
    current = decision.ring as typeof start;
    most = Math.max(most, current.previous.length);
  }
  return { outcome: 'rotated', most, last: current };
}

test.each([
  [1, 298 * 86_400],
  [2, 400 * 86_400],
])(
  'the most keys that settings allow fit: %i days, absolute %i s',
  async (keyRotationDays, refreshAbsoluteTtlSeconds) => {
    const allowed = { keyRotationDays, refreshAbsoluteTtlSeconds, graceSeconds: 600 };
    const { graceSeconds } = resolveSettings(allowed);
    const times = { absoluteMs: refreshAbsoluteTtlSeconds * 1000, graceMs: graceSeconds * 1000 };
    const own = rotationPolicy({ ...rotationSettings, rotationDays: keyRotationDays, ...times });
    const result = await rotateFor(ring, ratchetRules(own, newRatchetKey), own.periodMs, 450);
    expect(result.outcome).toBe('rotated');
    expect(result.most).toBeLessThanOrEqual(maxPreviousKeys);
    expect(JSON.stringify(result.last).length).toBeLessThanOrEqual(maxRingBytes);
  },
);

test('the maximum number of complete ratchet keys fits, and 30 more from manual rotations', () => {
  const previous = Array.from({ length: maxPreviousKeys + 30 }, () => ({ ...newRatchetKey(made), retiredAt: made }));
  expect(JSON.stringify({ ...ring, previous }).length).toBeLessThanOrEqual(maxRingBytes);
});

test('rotations by hand, again and again, end before the secret is too large', async () => {
  const result = await rotateFor(ring, rules, knownEverywhereMs, 1000);
  expect(result.outcome).toBe('full');
  expect(JSON.stringify(result.last).length).toBeLessThanOrEqual(maxRingBytes);
  expect(result.most).toBeGreaterThan(maxPreviousKeys);
});

test('signing keys, as fast as force allows, always fit secret and parameter', async () => {
  const own = rotationPolicy({ ...rotationSettings, accessTtlMs: 3_600_000 });
  const result = await rotateFor(signing, signingRules(own, newSigningKey), knownEverywhereMs, 20);
  expect(result.outcome).toBe('rotated');
  expect(JSON.stringify(publishedJwks(result.last)).length).toBeLessThanOrEqual(4096);
});

test('a signing ring whose public keys would not fit the parameter is full', async () => {
  const previous = Array.from({ length: 18 }, () => ({ ...signing.current, retiredAt: made + day }));
  const moment = { now: made + day, force: true, nextKnownSince: made };
  const own = signingRules(policy, newSigningKey);
  expect((await decide({ ...signing, previous }, own, policy.periodMs, moment)).outcome).toBe('full');
});
