import type { RotationSettings } from '../../lambda/keys/rotation.ts';

export const day = 86_400_000;

/** Settings of rotation tests. Idle and absolute lifetime differ, so that removing a ratchet key too early shows. */
export const rotationSettings: RotationSettings = {
  rotationDays: 30,
  accessTtlMs: 600_000,
  idleMs: 14 * day,
  absoluteMs: 20 * day,
  graceMs: 30_000,
  boundSessions: false,
};
