import type { Account } from '../../lambda/core/account.ts';
import { cheapHash } from '../../test/support/passwords.ts';

/** The bounds of one history. Everything within them is tried in every order. */
export interface Budget {
  /** Number of answers that each of the two clients wants. */
  readonly clients: readonly [number, number];
  /** Number of answers that the thief wants. */
  readonly thief: number;
  /** Lost requests, lost answers, crashes and repeated writes, each at any place. */
  faults: number;
  revocations: number;
  /** Steps of the clock by G or by F, while no request is in flight. */
  ticks: number;
  logins: number;
  /** 1: the owner logs in and changes the password. */
  readonly owner: number;
  /** The requests of a thief without the password. */
  acts: number;
  /** Whether the revocation also writes tombstones; without it, the function ends after its one write. */
  readonly tidies: boolean;
  /** G = 0 and F = 0: strict rotation. */
  readonly strict: boolean;
}

export const subject = 'subject';
export const password = 'canary of the model';

export const account: Account = {
  subject,
  username: 'user',
  status: 'active',
  epoch: 0,
  passwordHash: cheapHash(password),
  claims: {},
  scopes: [],
};

const nothing: Budget = {
  clients: [0, 0],
  thief: 0,
  faults: 0,
  revocations: 0,
  ticks: 0,
  logins: 0,
  owner: 0,
  acts: 0,
  tidies: false,
  strict: false,
};

/** The first five take one to two minutes together. `again` takes four minutes, `faults` and `all` take hours. */
export const sizes: Readonly<Record<string, Budget>> = {
  theft: { ...nothing, clients: [1, 1], thief: 1, faults: 1, ticks: 2 },
  revoke: { ...nothing, clients: [1, 1], thief: 1, revocations: 1, ticks: 1 },
  login: { ...nothing, clients: [1, 0], faults: 1, revocations: 1, logins: 1 },
  strict: { ...nothing, clients: [1, 1], thief: 1, faults: 1, ticks: 1, strict: true },
  owner: { ...nothing, owner: 1, acts: 2, ticks: 1 },
  marking: { ...nothing, clients: [1, 0], thief: 1, faults: 1, revocations: 1, tidies: true },
  again: { ...nothing, clients: [2, 1], thief: 1, faults: 1, ticks: 2 },
  faults: { ...nothing, clients: [1, 1], thief: 1, faults: 2, ticks: 2 },
  all: { ...nothing, clients: [1, 1], thief: 1, faults: 1, revocations: 1, ticks: 2 },
};

export const quickSizes: readonly string[] = ['theft', 'revoke', 'login', 'strict', 'owner'];
