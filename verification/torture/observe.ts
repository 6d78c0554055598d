import type { Accounts } from '../../lambda/core/account-store.ts';
import type { SessionStore } from '../../lambda/core/session-store.ts';
import type { Call } from './call.ts';
import type { Judge } from './judge.ts';
import { Violation } from './violation.ts';

/** The results of account writes in the whole world. */
export class AccountLedger {
  /** By subject and epoch: the write that raised it. */
  readonly epochs = new Map<string, string>();
  /** By subject and hash: the write that replaced it, and the step at which its result was known. */
  readonly replaced = new Map<string, { readonly operationId: string; readonly step: number }>();
  /** By subject: the step since which it is disabled. */
  readonly disabled = new Map<string, number>();
  operations = 0;
}

interface Watch {
  readonly judge: Judge;
  readonly call: Call;
  readonly ledger: AccountLedger;
  /** Whether a call that fails at this point has certainly done nothing. */
  readonly exact: boolean;
}

/** Wraps the session store for the judge. */
export function watchSessions(store: SessionStore, { judge, call, exact }: Watch): SessionStore {
  return {
    read: (subject, sessionId) => store.read(subject, sessionId),
    create: (session, expiresAt) => store.create(session, expiresAt),
    list: (subject, limit) => store.list(subject, limit),
    deleteTombstone: (subject, sessionId) => store.deleteTombstone(subject, sessionId),
    rotate(rotation) {
      call.rotateBegan = judge.step();
      return store.rotate(rotation);
    },
    async owe(rotation) {
      try {
        const noted = await store.owe(rotation);
        call.noteDealtWith = judge.step();
        if (noted) judge.dues.noted(call);
        return noted;
      } catch (error) {
        call.noteLost = true;
        throw error;
      }
    },
    async settle(settlement) {
      const result = await store.settle(settlement);
      if (result.applied) judge.dues.settled(call);
      return result;
    },
    async revoke(subject, sessionId, reason, nowMs, conditions) {
      const track = judge.tracks.sessions.get(sessionId);
      // The last two follow from a revocation of the subject, which the judge observes separately.
      const byItself = reason !== 'reused' && reason !== 'account_dead' && reason !== 'revoked_all';
      if (reason === 'reused') judge.reusing(call);
      if (track !== undefined && (byItself || reason === 'reused') && !exact) track.mayEnd = judge.step();
      const result = await store.revoke(subject, sessionId, reason, nowMs, conditions);
      if (track === undefined) return result;
      const over = result.outcome === 'revoked' || result.session?.status !== 'active';
      if (over && byItself) track.mayEnd = Math.min(track.mayEnd, judge.step());
      if (over && reason !== 'reused') track.ended = Math.min(track.ended, judge.step());
      if (over && reason === 'reused') track.reused = Math.min(track.reused, judge.step());
      return result;
    },
  };
}

/** Wraps the account store for the judge. Gives each revocation an operation id, so that a repetition keeps it. */
export function watchAccounts(store: Accounts, watch: Watch): Accounts {
  const { judge, call, ledger, exact } = watch;
  // A write that is sent twice is one revocation. It begins when it is sent first.
  const sent = new WeakMap<object, { readonly operationId: string; readonly began: number }>();
  return {
    findSubject: (name) => store.findSubject(name),
    async read(subject) {
      call.readBegan = judge.step();
      const found = await store.read(subject);
      call.readEnded = judge.step();
      return found;
    },
    readWithSessions: (subject) => store.readWithSessions(subject),
    rehash: (subject, oldHash, newHash) => store.rehash(subject, oldHash, newHash),
    setNetworks: (subject, networks) => store.setNetworks(subject, networks),
    create: (account, nowMs) => store.create(account, nowMs),
    moveEmail: (change) => store.moveEmail(change),
    describe: (account, user) => store.describe(account, user),
    adopt: (username, user, nowMs) => store.adopt(username, user, nowMs),
    async enable(subject) {
      ledger.disabled.delete(subject);
      return store.enable(subject);
    },
    async revokeSessions(change) {
      const { subject, kept } = change;
      const write = sent.get(change) ?? { operationId: change.operationId ?? nextId(ledger), began: judge.step() };
      sent.set(change, write);
      const { operationId, began } = write;
      if (!exact) judge.revokedSubject(subject, { began, ended: Number.POSITIVE_INFINITY, kept });
      const result = await store.revokeSessions({ ...change, operationId });
      if (!result.applied) return result;
      const ended = judge.step();
      // A session opened by the same request counts from here. Earlier revocations do not affect it.
      if (kept !== undefined) Object.assign(call, { readBegan: began, readEnded: ended });
      judge.revokedSubject(subject, { began, ended, kept });
      noteChange(watch, change, result.account.epoch, operationId, ended);
      return result;
    },
  };
}

function nextId(ledger: AccountLedger): string {
  ledger.operations += 1;
  return `operation ${ledger.operations}`;
}

function noteChange(
  { judge, ledger }: Watch,
  { subject, set, onlyIf }: Parameters<Accounts['revokeSessions']>[0],
  epoch: number,
  operationId: string,
  step: number,
): void {
  if (set?.status === 'disabled') ledger.disabled.set(subject, step);
  const place = `${subject} ${epoch}`;
  const earlier = ledger.epochs.get(place);
  ledger.epochs.set(place, operationId);
  if (earlier !== undefined && earlier !== operationId) judge.violation ??= new Violation(9, 'two writes, one epoch');
  if (set?.passwordHash === undefined || onlyIf?.passwordHash === undefined) return;
  const verified = `${subject} ${onlyIf.passwordHash}`;
  const other = ledger.replaced.get(verified);
  if (other !== undefined && other.operationId !== operationId) judge.report(10, 'one password was replaced twice');
  ledger.replaced.set(verified, { operationId, step });
}
