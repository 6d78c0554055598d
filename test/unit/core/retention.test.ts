import { describe, expect, test } from 'vitest';
import {
  counterExpiresAt,
  sessionExpiresAt,
  signalExpiresAt,
  tombstoneEndedAt,
  tombstoneExpiresAt,
} from '../../../lambda/core/retention.ts';
import { settingsTable } from '../../../lib/settings-table.ts';
import { day } from '../../support/world.ts';

const now = 1_900_000_000_123;
const daySeconds = 86_400;

describe('TTL attributes, in epoch seconds, rounded up', () => {
  test('a session stays for one day after its idle timeout', () => {
    expect(sessionExpiresAt(now, { idleMs: 3 * day })).toBe(1_900_000_001 + 4 * daySeconds);
  });

  test('a tombstone stays for one day, and tells when the session ended', () => {
    expect(tombstoneExpiresAt(now)).toBe(1_900_000_001 + daySeconds);
    expect(tombstoneEndedAt(tombstoneExpiresAt(now))).toBe(1_900_000_001_000);
  });

  test('a tombstone outlives the longest grace window', () => {
    const [, longest = 0] = settingsTable.graceSeconds.range ?? [];
    expect(longest).toBeGreaterThan(0);
    expect(tombstoneExpiresAt(now) * 1000 - now).toBeGreaterThan(longest * 1000);
  });

  test('the record of a signal outlives every delivery, a counter its window', () => {
    expect(signalExpiresAt(now) * 1000 - now).toBeGreaterThan(day + 1000);
    expect(counterExpiresAt(now)).toBe(1_900_000_061);
  });
});
