/** The invariants of docs/protocol.md §7, by the names under which the checkers report them. */
export const invariants = {
  1: 'one secret rotates, one successor is released',
  2: 'parallel refreshes inside G get the same token',
  3: 'an honest client stays signed in',
  4: 'copies of one token do not both live on',
  5: 'revoked for all is revoked',
  6: 'ended sessions neither rotate nor come back',
  7: 'a forged token costs no table call',
  8: 'no secret in events and errors',
  9: 'repetition by the SDK does no harm',
  10: 'one of two credential changes takes effect',
  11: 'no server fault turns a retry into reuse',
  13: 'the owner who knows the password gets the thief out',
  14: 'a client sends, stores and uses only what is current',
} as const;

export type Invariant = keyof typeof invariants;

/** A violated invariant. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: Invariant;

  constructor(invariant: Invariant, what: string) {
    super(`invariant ${invariant} (${invariants[invariant]}): ${what}`);
    this.invariant = invariant;
  }
}

/** Invariant 8: whether a text contains a password, or a string as long as a secret, a hash or a token. */
export function holdsSecret(text: string): boolean {
  return /[A-Za-z0-9_-]{43}|pwl1\.|canary/.test(text);
}
