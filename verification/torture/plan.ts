import { Rng, seedOf } from './rng.ts';

/** The action of one actor. Its result depends on the state of the world at that time. */
export type Kind =
  | 'use'
  | 'login'
  | 'logout'
  | 'steal'
  | 'thief'
  | 'stale'
  | 'forge'
  | 'revoke-all'
  | 'keep-one'
  | 'end-one'
  | 'disable'
  | 'enable'
  | 'password'
  | 'rotate-keys'
  | 'ttl'
  | 'everyone-out';

/**
 * One line of a plan. It has its own time and seed, so that removing a line does not change the others.
 */
export interface Op {
  readonly id: number;
  /** Milliseconds after the start. */
  readonly at: number;
  readonly kind: Kind;
  readonly user: number;
  readonly device: number;
  /** A random parameter. Its meaning depends on the kind: a number of calls, the age of a token. */
  readonly pick: number;
  readonly seed: number;
  /** The probability that a call meets a fault. 0: none does. */
  readonly harm: number;
}

export const usersPerWorld = 2;
export const devicesPerUser = 3;
const opsPerWorld = 160;

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const kinds: readonly (readonly [Kind, number])[] = [
  ['use', 740],
  ['thief', 90],
  ['steal', 30],
  ['stale', 12],
  ['forge', 20],
  ['login', 25],
  ['logout', 20],
  ['revoke-all', 12],
  ['keep-one', 14],
  ['end-one', 12],
  ['disable', 4],
  ['enable', 16],
  ['password', 14],
  ['rotate-keys', 25],
  ['ttl', 20],
  ['everyone-out', 1],
];

/** Pauses: nothing, a moment, about the grace window, about the floor, then minutes up to months. */
function pause(rng: Rng): number {
  const range = rng.weighted<readonly [number, number]>([
    [[0, 0], 12],
    [[0, 400], 30],
    [[400, 12 * second], 30],
    [[12 * second, 29 * second], 14],
    [[29_500, 31_000], 6],
    [[31 * second, 49 * second], 10],
    [[49_500, 51_500], 6],
    [[52 * second, 3 * minute], 30],
    [[10 * minute, 2 * hour], 24],
    [[2 * hour, 2 * day], 10],
    [[2 * day, 13 * day], 3],
    [[14 * day - second, 14 * day + minute], 1],
    [[14 * day, 40 * day], 1],
  ]);
  return rng.between(...range);
}

/** The plan of one world. */
export function planOf(seed: number): Op[] {
  const rng = new Rng(seed);
  // Half of the worlds have no thief. There, a logout must have another cause.
  const honest = rng.chance(0.5);
  const theft: readonly Kind[] = ['steal', 'thief', 'stale'];
  const ops: Op[] = [];
  let at = 0;
  for (let id = 0; id < opsPerWorld; id += 1) {
    at += pause(rng);
    const drawn = rng.weighted(kinds);
    const kind = honest && theft.includes(drawn) ? 'use' : drawn;
    const harm = rng.weighted([
      [0, 50],
      [0.05, 35],
      [0.3, 15],
    ] as const);
    const [user, device, pick] = [rng.below(usersPerWorld), rng.below(devicesPerUser), rng.below(1000)];
    ops.push({ id, at, kind, user, device, pick, seed: seedOf(seed, id), harm });
  }
  return ops;
}
