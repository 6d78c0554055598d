import { type Guard, guardsOf } from './guard.ts';

/** The store's conditions, taken out of the store in memory: the invariants themselves have to notice. */
export const modelGuards: readonly Guard[] = [
  ...guardsOf(
    'test/support/memory-store.ts',
    ['test/model'],
    [
      ['rotate: active', "session.status === 'active' &&\n      session.createdAt", 'session.createdAt'],
      // The two conditions are equivalent, because a secret has one generation.
      [
        'rotate: generation and secret',
        'session.generation === rotation.generation &&\n      session.currentHash === rotation.presentedHash &&',
        '',
      ],
      [
        'rotate: absolute end',
        'session.createdAt >= bounds.createdSince &&\n      session.absoluteExpiry > nowMs &&',
        '',
      ],
      ['rotate: idle end', 'session.rotatedAt > bounds.idleSince &&', ''],
      ['rotate: floor', 'session.rotatedAt <= bounds.restedSince', 'session.rotatedAt <= nowMs'],
      ['revoke: active', "session?.status === 'active' &&", 'session !== undefined &&'],
    ],
  ),
  ...guardsOf(
    'test/support/memory-accounts.ts',
    ['test/model'],
    [
      ['credentials: only on what was verified', 'if (!fits) return { applied: false, account: before };', ''],
      ['revoke-all raises the epoch', 'epoch: before.epoch + 1,', 'epoch: before.epoch,'],
    ],
  ),
  ...guardsOf(
    'verification/import/check.ts',
    ['test/unit/verification/import-check'],
    [
      [
        'the drill sees an account that is missing',
        'if (item === undefined) throw',
        'if (item === undefined) continue; if (false) throw',
      ],
      ['the drill sees an account too many', 'if (count !== items)', 'if (count < items)'],
    ],
  ),
];
